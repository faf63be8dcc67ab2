import type { IncomingHttpHeaders } from "node:http";
import { KubernetesError } from "../kubernetes-error.ts";
import type { Asked } from "./no-answer.ts";

/** What is shown of an answer that is none of Kubernetes' own. */
const MAX_SHOWN = 200;

/** An answer that is no success, in Kubernetes' own words where it has given some. */
export function refusal(asked: Asked, status: number, headers: IncomingHttpHeaders, body: string): KubernetesError {
  const retryAfterSeconds = retryAfter(headers["retry-after"]);
  const said = statusObject(body);
  if (said !== undefined) {
    const inBody = retryAfterSeconds ?? said.retryAfterSeconds;
    return new KubernetesError(said.message, { status, reason: said.reason, retryAfterSeconds: inBody });
  }
  return new KubernetesError(`${asked.method} ${asked.path} at ${asked.server} ${foreign(status, headers, body)}`, {
    status,
    retryAfterSeconds,
  });
}

/** An object of kind `Status`, as far as it is looked at; undefined where a body is none. */
export function statusObject(
  body: string,
):
  | { readonly code: number; readonly reason: string; readonly message: string; readonly retryAfterSeconds?: number }
  | undefined {
  let object: unknown;
  try {
    object = JSON.parse(body);
  } catch {
    return undefined;
  }
  return readStatus(object);
}

/** The same of an object that has been parsed. */
export function readStatus(object: unknown): ReturnType<typeof statusObject> {
  if (typeof object !== "object" || object === null || !("kind" in object) || object.kind !== "Status")
    return undefined;
  const { code, reason, message, details } = object as {
    readonly code?: unknown;
    readonly reason?: unknown;
    readonly message?: unknown;
    readonly details?: { readonly retryAfterSeconds?: unknown } | null;
  };
  const word = typeof reason === "string" ? reason : "";
  const seconds = details?.retryAfterSeconds;
  return {
    code: typeof code === "number" ? code : 0,
    reason: word,
    message: typeof message === "string" && message !== "" ? message : word || "Kubernetes gave no reason.",
    ...(typeof seconds === "number" && seconds > 0 ? { retryAfterSeconds: seconds } : {}),
  };
}

function foreign(status: number, headers: IncomingHttpHeaders, body: string): string {
  if (status >= 300 && status < 400) {
    return `was answered with a redirect (HTTP ${status})${target(headers.location)}. The Kubernetes API sends none, so something else answers there; credentials are not sent on. Correct "server" in the kubeconfig.`;
  }
  const type = headers["content-type"]?.split(";")[0]?.trim() ?? "";
  if (type !== "text/plain") return `was answered with HTTP ${status}${type === "" ? "" : ` (${type})`}.`;
  const text = body.trim().replaceAll(/\s+/g, " ");
  return `was answered with HTTP ${status}: ${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}`;
}

/** Only the origin: the rest may carry what is nobody's business. */
function target(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? ` to ${new URL(location).origin}` : "";
}

function retryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}
