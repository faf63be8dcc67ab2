import { StatusError } from "@kfp-ts/api";
import type { Verdict } from "../ports/request-guard.ts";
import { errorAnswer } from "./error-answers.ts";
import { type Answer, textAnswer } from "./exchange.ts";
import { HttpRefusal } from "./http-refusal.ts";

/** What the guard's refusal looks like: as every error under the API, as text elsewhere. */
export function refusalAnswer(path: string, verdict: Extract<Verdict, { readonly allowed: false }>): Answer {
  const { status, message } = verdict;
  if (!path.startsWith("/apis/") && !path.startsWith("/pipeline/apis/")) return textAnswer(status, `${message}\n`);
  if (status === 421) return errorAnswer(new HttpRefusal(421, message));
  return errorAnswer(new StatusError(status === 403 ? "PERMISSION_DENIED" : "INVALID_ARGUMENT", message));
}
