import { type Answer, answerError } from "./answer.ts";
import type { ApiError } from "./api-error.ts";
import type { ErrorCode } from "./catalogue.ts";
import { howToAllow, readDenial } from "./denial.ts";
import { refusedIdentity } from "./identity-failure.ts";

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
  431: "HEADERS_TOO_LARGE",
  501: "UNSUPPORTED_BY_SERVER",
  502: "SERVER_UNAVAILABLE",
  503: "SERVER_UNAVAILABLE",
  504: "GATEWAY_TIMEOUT",
};

/** A refusal as the API words it, in the shape of its gateway or in that of its uploads. */
interface Refusal {
  readonly text: string;
  /** All that it says, with the reasons of the reasons. */
  readonly chain: string;
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
  const identity = refusedIdentity(answer, text, refusal.chain, grpcCode);
  if (identity !== undefined) return identity;
  if (wantsNamespace.test(text)) return answerError(answer, "NAMESPACE_REQUIRED", text, undefined, grpcCode);
  if (refusesNamespace.test(text)) return answerError(answer, "NAMESPACE_NOT_SUPPORTED", text, undefined, grpcCode);
  if (headersTooLarge.test(text)) return answerError(answer, "HEADERS_TOO_LARGE", text, undefined, grpcCode);
  const code = (grpcCode === undefined ? undefined : codesOfGrpc[grpcCode]) ?? codesOfStatus[answer.status];
  // Refused uploads have status 400 whatever the reason is.
  const mayBeDenied = code === "PERMISSION_DENIED" || grpcCode === undefined;
  const denial = mayBeDenied ? (readDenial(text) ?? readDenial(refusal.chain)) : undefined;
  if (denial !== undefined) return answerError(answer, "PERMISSION_DENIED", text, howToAllow(denial), grpcCode);
  return answerError(
    answer,
    code ?? (answer.status >= 500 ? "SERVER_ERROR" : "INVALID_REQUEST"),
    text,
    undefined,
    grpcCode,
  );
}

/** Neither of its codes says so, and versions of the API differ in them. */
const wantsNamespace =
  /requires filtering by namespace|[Nn]amespace is (empty|required)|empty namespace in multi-user mode|Experiment id can not be empty in multi-user/;

const refusesNamespace = /[Ii]n single-user mode, \w+ cannot filter by namespace/;

/** gRPC behind the gateway has the code of a quota for it. */
const headersTooLarge = /received (initial )?metadata size exceeds/;

function readRefusal(body: string): Refusal | undefined {
  const parsed = parseObject(body);
  if (parsed === undefined) return undefined;
  const { code, message, details, error_message: uploadMessage, error_details: uploadDetails } = parsed;
  if (typeof uploadMessage === "string") {
    const more =
      typeof uploadDetails === "string" && uploadDetails !== uploadMessage ? `: ${firstLine(uploadDetails)}` : "";
    const chain = `${uploadMessage}: ${typeof uploadDetails === "string" ? uploadDetails : ""}`;
    return { text: uploadMessage.replace(/\.$/, "") + more, chain, grpcCode: undefined, fromGateway: false };
  }
  if (typeof message !== "string" && typeof code !== "number") return undefined;
  const said = typeof message === "string" ? message : "";
  const [detail] = Array.isArray(details) ? (details as readonly unknown[]) : [];
  const forCaller = isObject(detail) && typeof detail.message === "string" ? detail.message : undefined;
  return {
    text: forCaller || firstLine(said) || "no reason given",
    chain: `${forCaller ?? ""}: ${said}`,
    grpcCode: typeof code === "number" ? code : undefined,
    fromGateway: forCaller === undefined && (message === "Not Found" || message === "Method Not Allowed"),
  };
}

/** Upstream appends stack traces to what it calls the message of an internal error. */
function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").slice(0, 1000);
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
