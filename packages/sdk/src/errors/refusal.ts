import { type Answer, answerError, unauthenticated } from "./answer.ts";
import type { ApiError } from "./api-error.ts";
import type { ErrorCode } from "./catalogue.ts";

const codesOfGrpc: Readonly<Record<number, ErrorCode>> = {
  3: "INVALID_REQUEST",
  4: "GATEWAY_TIMEOUT",
  5: "NOT_FOUND",
  6: "ALREADY_EXISTS",
  7: "PERMISSION_DENIED",
  8: "RATE_LIMITED",
  9: "CONFLICT",
  10: "CONFLICT",
  11: "INVALID_REQUEST",
  12: "UNSUPPORTED_BY_SERVER",
  14: "SERVER_UNAVAILABLE",
  16: "UNAUTHENTICATED",
};

const codesOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: "INVALID_REQUEST",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  408: "RATE_LIMITED",
  409: "ALREADY_EXISTS",
  413: "TOO_LARGE",
  421: "HOST_NOT_ALLOWED",
  429: "RATE_LIMITED",
  431: "TOO_LARGE",
  501: "UNSUPPORTED_BY_SERVER",
  502: "SERVER_UNAVAILABLE",
  503: "SERVER_UNAVAILABLE",
  504: "GATEWAY_TIMEOUT",
};

/** A refusal as the API words it, in the shape of its gateway or in that of its uploads. */
interface Refusal {
  readonly text: string;
  readonly grpcCode: number | undefined;
  /** Answered by the gateway itself, before any service: it does not know the path or the method. */
  readonly fromGateway: boolean;
}

/** The error for a refusal of the API itself; undefined where the body is none. */
export function refusalOfApi(answer: Answer): ApiError | undefined {
  const refusal = readRefusal(answer.body);
  if (refusal === undefined || answer.status < 400) return undefined;
  const { text, grpcCode } = refusal;
  if (refusal.fromGateway && (grpcCode === 5 || grpcCode === 12)) {
    const fact = `${answer.host} knows no ${answer.method} ${answer.path} (${text}).`;
    return answerError(answer, "UNSUPPORTED_BY_SERVER", fact, undefined, grpcCode);
  }
  const special = situationOf(answer, refusal);
  if (special !== undefined) return answerError(answer, special, text, undefined, grpcCode);
  const code = (grpcCode === undefined ? undefined : codesOfGrpc[grpcCode]) ?? codesOfStatus[answer.status];
  if (code === "UNAUTHENTICATED") return unauthenticated(answer, text, grpcCode);
  if (code === "PERMISSION_DENIED") return answerError(answer, code, text, howToAllow(text), grpcCode);
  return answerError(
    answer,
    code ?? (answer.status >= 500 ? "SERVER_ERROR" : "INVALID_REQUEST"),
    text,
    undefined,
    grpcCode,
  );
}

/** What a refusal really is where neither of its codes says so: versions of the API differ in them. */
function situationOf({ body }: Answer, { text }: Refusal): ErrorCode | undefined {
  if (/there is no user identity header|User identity is empty in the request header/.test(body)) {
    return /Review\.Status\.Authenticated is false|in audience|Failed to review the token/.test(body)
      ? "TOKEN_REFUSED"
      : "NO_IDENTITY";
  }
  const wantsNamespace =
    /requires filtering by namespace|[Nn]amespace is (empty|required)|empty namespace in multi-user mode|Experiment id can not be empty in multi-user/;
  return wantsNamespace.test(text) ? "NAMESPACE_REQUIRED" : undefined;
}

function readRefusal(body: string): Refusal | undefined {
  const parsed = parseObject(body);
  if (parsed === undefined) return undefined;
  const { code, message, details, error_message: uploadMessage, error_details: uploadDetails } = parsed;
  if (typeof uploadMessage === "string") {
    const more =
      typeof uploadDetails === "string" && uploadDetails !== uploadMessage ? `: ${firstLine(uploadDetails)}` : "";
    return { text: uploadMessage.replace(/\.$/, "") + more, grpcCode: undefined, fromGateway: false };
  }
  if (typeof message !== "string" && typeof code !== "number") return undefined;
  const [detail] = Array.isArray(details) ? (details as readonly unknown[]) : [];
  const forCaller = isObject(detail) && typeof detail.message === "string" ? detail.message : undefined;
  return {
    text: forCaller || firstLine(String(message ?? "")) || "no reason given",
    grpcCode: typeof code === "number" ? code : undefined,
    fromGateway: forCaller === undefined && (message === "Not Found" || message === "Method Not Allowed"),
  };
}

/** Upstream appends stack traces to what it calls the message of an internal error. */
function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").slice(0, 1000);
}

/** Which rule would allow what was refused: the text of the refusal says who wanted to do what, and where. */
function howToAllow(text: string): string | undefined {
  const user = /User '([^']+)' is not authorized/.exec(text)?.[1];
  const namespace = /Namespace:\s*"?([a-z0-9-]+)/.exec(text)?.[1];
  if (user === undefined || namespace === undefined) return undefined;
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  const subject = account === null ? `--user=${user}` : `--serviceaccount=${account[1]}:${account[2]}`;
  return `Have an administrator of ${namespace} run: kubectl create rolebinding kfp-edit --namespace ${namespace} --clusterrole=kubeflow-edit ${subject}`;
}

function parseObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
