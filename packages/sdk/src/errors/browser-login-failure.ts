import { connectionFailure } from "./connection-failure.ts";
import { isKfpError, KfpError } from "./kfp-error.ts";
import { TimeoutError } from "./timeout-error.ts";

/** The error for a login in the browser that did not come about. */
export function browserLoginFailed(message: string, fix?: string, cause?: unknown): KfpError {
  return new KfpError("BROWSER_LOGIN_FAILED", { message, fix, cause });
}

/** The error for an identity provider that was not reached: the reason and its remedy are those of the connection. */
export function providerNotReached(issuer: string, error: unknown): KfpError {
  const isTimeout = (error as { name?: unknown } | null)?.name === "TimeoutError";
  const cause = isTimeout
    ? new TimeoutError("TIMEOUT", { message: `login: ${issuer}: no answer in time.`, cause: error }, 0)
    : connectionFailure(error, { operation: "login", host: issuer });
  const fact = cause.message.replace(/^login: /, "").replace(`${issuer}: `, "");
  return browserLoginFailed(`The identity provider ${issuer} cannot be asked: ${fact}`, cause.fix, cause);
}

/** How an identity provider said no, in the words of OAuth: `access_denied`, `invalid_grant`. */
export interface ProviderRefusal {
  readonly error: string;
  readonly description: string | undefined;
}

/** The refusal that an error of the OpenID library carries; undefined where it is another error. */
export function refusalIn(error: unknown): ProviderRefusal | undefined {
  const { error: word, error_description: description } = (error ?? {}) as Record<string, unknown>;
  if (typeof word !== "string") return undefined;
  return { error: shownText(word), description: typeof description === "string" ? shownText(description) : undefined };
}

/** The error for a provider that said no. */
export function providerRefused(issuer: string, { error, description }: ProviderRefusal, cause?: unknown): KfpError {
  const words = description === undefined ? error : `${error} (${description})`;
  return browserLoginFailed(`The identity provider ${issuer} refused the login: ${words}.`, fixes[error], cause);
}

const fixes: Readonly<Record<string, string>> = {
  access_denied: "Log in with an account that is allowed to, or ask whoever runs the identity provider.",
  invalid_client: "Give the id of a public client that the identity provider knows: browserLogin({ clientId })",
  unauthorized_client: "Give the id of a public client that may use the code flow: browserLogin({ clientId })",
  invalid_scope: 'Ask for scopes that the identity provider has: browserLogin({ scopes: ["openid", "email"] })',
  interaction_required: "The identity provider is set up so that nobody can approve a login; see its administrator.",
};

/** Says what an error of the OpenID library means. */
export function openIdFailure(issuer: string, error: unknown): KfpError {
  const own = ownErrorIn(error);
  if (own !== undefined) return own;
  const refusal = refusalIn(error);
  if (refusal !== undefined) return providerRefused(issuer, refusal, withoutAnswer(error));
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === "OAUTH_JWT_TIMESTAMP_CHECK_FAILED") {
    return browserLoginFailed(
      `The id token of ${issuer} is not valid at the time that the clock of this machine shows (${new Date().toISOString()}).`,
      "Set the clock of this machine, or have that of the identity provider set.",
    );
  }
  const fact = typeof message === "string" && message !== "" ? message : String(error);
  return browserLoginFailed(`The identity provider ${issuer} answered with something that is not trusted: ${fact}.`);
}

/** Errors of the library hold the answer, and answers hold tokens: only the name of what went wrong is kept. */
function withoutAnswer(error: unknown): Error {
  return new Error(error instanceof Error ? error.message : String(error));
}

/** Our own error, which the library has wrapped in its own. */
function ownErrorIn(error: unknown, depth = 0): KfpError | undefined {
  if (isKfpError(error)) return error;
  if (typeof error !== "object" || error === null || depth > 5) return undefined;
  return ownErrorIn((error as { cause?: unknown }).cause, depth + 1);
}

/** What came from elsewhere, as far as it is shown. */
function shownText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
}
