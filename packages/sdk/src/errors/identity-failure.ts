import type { TokenFacts } from "../credentials/token-facts.ts";
import { pipelinesAudience } from "../credentials/token-volume.ts";
import { type Answer, answerError } from "./answer.ts";
import type { ApiError } from "./api-error.ts";
import type { ErrorCode } from "./catalogue.ts";

/** What the API says when it does not know who asks; behind it stands, for each way to tell, why that one failed. */
const noIdentity = /there is no user identity header|User identity is empty in the request header/;

/**
 * What a refusal of the API means that is about who asks; undefined for any other.
 *
 * @param text - The reason that is meant for the caller.
 * @param chain - All that the API says.
 */
export function refusedIdentity(
  answer: Answer,
  text: string,
  chain: string,
  grpcCode: number | undefined,
): ApiError | undefined {
  const review = readReview(chain);
  if (review === undefined && !noIdentity.test(chain) && answer.status !== 401 && grpcCode !== 16) return undefined;
  const make = (code: ErrorCode, fact: string, fix?: string) => answerError(answer, code, fact, fix, grpcCode);
  const said = review?.reason === undefined ? text : `the token was refused: ${review.reason}`;
  const { token } = answer;
  const endedThere = /token has expired|token is expired/.test(review?.reason ?? "");
  if (endedThere && isGoodHere(token, answer.now)) {
    return make("CLOCKS_DIFFER", `${said}. ${endOf(token, answer.now)}`);
  }
  if (endedThere || hasEnded(token, answer.now)) {
    return make("TOKEN_EXPIRED", `${said}. ${endOf(token, answer.now)}`, fresh(token));
  }
  const wanted = review?.audiences ?? pipelinesAudience;
  const isForOther = token !== undefined && token.audiences.length > 0 && !token.audiences.includes(wanted);
  if (review?.audiences !== undefined || isForOther) {
    const fact = isForOther
      ? `the token is for ${quoted(token.audiences)}; the server asks for ${wanted}`
      : `the server asks for a token with the audience ${wanted}`;
    const whose = token === undefined ? "" : who(token);
    return make("TOKEN_WRONG_AUDIENCE", `${said}: ${fact}.${whose}`, fresh(token, wanted));
  }
  if (review !== undefined) return make("TOKEN_REFUSED", `${said}.${about(token)}`, fresh(token));
  if (noIdentity.test(chain)) {
    const sent = answer.authenticated ? " What was sent says nothing that the server reads." : "";
    return make("NO_IDENTITY", `the server knows no identity: ${text}.${sent}${about(token)}`);
  }
  return unauthenticated(answer, `${text}${token === undefined ? "" : `.${about(token)}`}`, grpcCode);
}

/** Nobody said who is asking, or what was said was not accepted, and no more is known. */
export function unauthenticated(answer: Answer, fact: string, grpcCode?: number): ApiError {
  const fix = answer.authenticated
    ? "The credentials were refused: they are expired, or meant for another server. Renew them."
    : "Pass credentials.";
  return answerError(answer, "UNAUTHENTICATED", fact, fix, grpcCode);
}

/** What a gateway says of a token before the API sees it, in the words of Envoy. */
export function refusedByGateway(answer: Answer, text: string): ApiError {
  const { token, host, now } = answer;
  const make = (code: ErrorCode, fix?: string) =>
    answerError(answer, code, `the gateway at ${host} does not accept the token: ${text}.${about(token)}`, fix);
  if (/Jwt is expired/.test(text) && token === undefined && answer.authenticated) {
    // No bearer token was sent that says who it is of: the gateway has one of its own behind the cookie of a session.
    const fact = `the session at ${host} is over: ${text}.`;
    return answerError(answer, "TOKEN_EXPIRED", fact, "Log in again: kfp-ts login, or dexPassword in a program.");
  }
  const endedThere = /Jwt is expired/.test(text);
  if (endedThere || hasEnded(token, now)) {
    const fact = `the gateway at ${host} does not accept the token: ${text}. ${endOf(token, now)}`;
    return endedThere && isGoodHere(token, now)
      ? answerError(answer, "CLOCKS_DIFFER", fact)
      : answerError(answer, "TOKEN_EXPIRED", fact, fresh(token));
  }
  if (/Audiences in Jwt are not allowed/.test(text)) return make("TOKEN_WRONG_AUDIENCE", fresh(token));
  if (/issuer is not configured/.test(text)) return make("TOKEN_ISSUER_UNKNOWN");
  if (/Jwks/.test(text)) return make("TOKEN_KEYS_UNKNOWN");
  return make("TOKEN_REFUSED", fresh(token));
}

/** What the review of a token by Kubernetes came to; undefined where none was made. */
function readReview(chain: string): { readonly reason: string | undefined; readonly audiences?: string } | undefined {
  const missing = /Failed to find all of '\[([^\]]+)\]' in audience/.exec(chain);
  if (missing !== null) return { reason: firstOf(missing[0]), audiences: missing[1] ?? "" };
  if (!/Review\.Status\.Authenticated is false|Failed to review the token/.test(chain)) return undefined;
  const reason = /Review\.Status\.Authenticated is false\. Error (.+?)(: Failed to authenticate token review|$)/.exec(
    firstOf(chain),
  )?.[1];
  const audiences = /target audiences \["([^"]+)"/.exec(chain)?.[1];
  return { reason: reason?.replace(/^\[(.*)\]$/, "$1"), ...(audiences !== undefined && { audiences }) };
}

function firstOf(text: string): string {
  return (text.split("\n", 1)[0] ?? "").slice(0, 4_000);
}

function hasEnded(token: TokenFacts | undefined, now: number): boolean {
  return token?.expiresAt !== undefined && token.expiresAt.getTime() <= now;
}

/** Whether a token says when it ends, and that is still to come by the clock of this machine. */
function isGoodHere(token: TokenFacts | undefined, now: number): boolean {
  return token?.expiresAt !== undefined && !hasEnded(token, now);
}

function endOf(token: TokenFacts | undefined, now: number): string {
  if (token?.expiresAt === undefined) return `The token has ended.${about(token)}`;
  if (!hasEnded(token, now)) {
    const clock = new Date(now).toISOString();
    return `The token ends at ${token.expiresAt.toISOString()}; here it is ${clock}, so the clocks differ.${who(token)}`;
  }
  return `The token ended at ${token.expiresAt.toISOString()}.${who(token)}`;
}

/** What the token says of itself, for whoever has to find the reason. */
function about(token: TokenFacts | undefined): string {
  if (token === undefined) return "";
  const { audiences, expiresAt } = token;
  const audience = audiences.length === 0 ? "" : ` Its audience is ${quoted(audiences)}.`;
  const end = expiresAt === undefined ? "" : ` It ends at ${expiresAt.toISOString()}.`;
  return who(token) + audience + end;
}

function who({ subject, issuer }: TokenFacts): string {
  return `${subject === undefined ? "" : ` It stands for ${subject}.`}${issuer === undefined ? "" : ` Its issuer is ${issuer}.`}`;
}

function quoted(audiences: readonly string[]): string {
  return audiences.join(", ");
}

/** How to get a token that would do, for the service account of this one. */
function fresh(token: TokenFacts | undefined, audience = pipelinesAudience): string {
  const account = /^system:serviceaccount:([a-z0-9.-]+):([a-z0-9.-]+)$/.exec(token?.subject ?? "");
  const [, namespace = "NAMESPACE", name = "default-editor"] = account ?? [];
  return (
    `Use a token with the audience ${audience} that has not ended: in a pod, one that is mounted for it ` +
    `(KF_PIPELINES_SA_TOKEN_PATH says where); else kubectl create token ${name} --namespace ${namespace} --audience=${audience}`
  );
}
