import { type AnyMessage, type AnyOperation, camelCase, wireName } from "@kfp-ts/api";
import { bearerFacts } from "../credentials/token-facts.ts";
import { type Answer, answerError } from "../errors/answer.ts";
import { answerFailure } from "../errors/answer-failure.ts";
import type { ApiError } from "../errors/api-error.ts";
import { isWebPage } from "../errors/login-page.ts";
import type { TransportResponse } from "../transport/transport.ts";
import { withoutSent } from "./without-sent.ts";

/** The JSON object that an operation answered with. */
export type ReceivedJson = Readonly<Record<string, unknown>>;

/** What is known of the request of an answer. */
export interface Asked {
  /** With the path of the endpoint, without the query. */
  readonly path: string;
  /** The endpoint. */
  readonly host: string;
  /** What was sent. Looked at only where the answer is a refusal, and never told. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the credentials added to that; undefined without any. */
  readonly sent: Readonly<Record<string, string>> | undefined;
}

/** Either the value of an answer, or what is wrong with it. */
export interface ReadAnswer {
  readonly value: ReceivedJson;
  readonly error: ApiError | undefined;
  /** What the answer says about coming back. */
  readonly retryAfter: string | undefined;
}

/**
 * Reads an answer. Only a JSON object with a good status, in which at least one field is one that the operation answers
 * with, counts: a login page with status 200 is no empty object, and neither is the answer of another program.
 */
export function readAnswer(operation: AnyOperation, asked: Asked, response: TransportResponse): ReadAnswer {
  const { status, body } = response;
  const contentType = headerOf(response, "content-type") ?? "";
  if (status >= 200 && status < 300 && !/html/i.test(contentType)) {
    const value = parseObject(body);
    if (value !== undefined && (isAbout(operation.response, value) || isHealthOfUserInterface(operation, value)))
      return { value, error: undefined, retryAfter: undefined };
  }
  const answer: Answer = {
    operation: operation.id,
    method: operation.method,
    path: asked.path,
    host: asked.host,
    ...identityOf(asked),
    now: Date.now(),
    status,
    contentType,
    location: headerOf(response, "location"),
    requestId: headerOf(response, "x-request-id"),
    body: withoutSent(body, { ...asked.headers, ...asked.sent }),
  };
  return { value: {}, error: errorOf(answer), retryAfter: headerOf(response, "retry-after") };
}

/** Who was said to be asking. */
function identityOf({ headers, sent }: Asked): Pick<Answer, "authenticated" | "token" | "claimsIdentity"> {
  const all = { ...headers, ...sent };
  return {
    authenticated: sent !== undefined || "authorization" in all || "cookie" in all,
    token: bearerFacts(all.authorization),
    claimsIdentity: claimsIdentity(all),
  };
}

function errorOf(answer: Answer): ApiError {
  const { status, contentType, body, host } = answer;
  if (status >= 300 || !/json/i.test(contentType) || isWebPage(contentType, body) || isJson(body))
    return answerFailure(answer);
  return answerError(answer, "BAD_ANSWER", `${host} sent JSON that cannot be read (HTTP ${status}).`);
}

function isJson(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

function parseObject(body: string): ReceivedJson | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as ReceivedJson)
      : undefined;
  } catch {
    return undefined;
  }
}

/** ml-pipeline-ui answers health checks by itself; while the API behind it is down, with no word of the API's own. */
function isHealthOfUserInterface(operation: AnyOperation, value: ReceivedJson): boolean {
  return operation.id === "healthz.get" && "apiServerReady" in value;
}

const namesOf = new WeakMap<AnyMessage, ReadonlySet<string>>();

/** Whether a JSON object can be this message: it is empty, or has one of its fields. */
function isAbout(message: AnyMessage, value: ReceivedJson): boolean {
  let names = namesOf.get(message);
  if (names === undefined) {
    const wire = Object.entries(message.fields).map(([name, field]) => wireName(name, field));
    names = new Set([...wire, ...wire.map(camelCase)]);
    namesOf.set(message, names);
  }
  if (names.size === 0) return true;
  let isEmpty = true;
  for (const name in value) {
    if (names.has(name)) return true;
    isEmpty = false;
  }
  return isEmpty;
}

function headerOf(response: TransportResponse, name: string): string | undefined {
  const value = response.headers[name];
  return typeof value === "object" ? value[0] : value;
}

/** Whether headers name a user, which only the gateway may do. */
export function claimsIdentity(headers: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(headers).some((name) => /^(kubeflow-userid|x-goog-authenticated-user-email)$/i.test(name));
}
