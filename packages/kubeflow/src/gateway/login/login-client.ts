/** What a login is begun with at the identity provider. */
export interface LoginRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeChallenge: string;
}

/** What a login comes back with. */
export interface LoginReturn {
  readonly code: string;
  readonly redirectUri: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Whom the identity provider has told. */
export interface LoggedIn {
  readonly user: string;
  readonly subject: string;
  readonly groups: readonly string[];
  readonly idToken: string;
}

/** The gateway's side of a login at an identity provider. */
export interface LoginClient {
  /** Where the browser is sent. @throws LoginUnavailableError where the provider does not answer */
  begin(request: LoginRequest): Promise<string>;
  /** Who it is. @throws LoginUnavailableError; LoginRefusedError where what comes back is not good */
  finish(answer: LoginReturn): Promise<LoggedIn>;
}

/** The identity provider does not answer now, or not as one. */
export class LoginUnavailableError extends Error {
  override readonly name = "LoginUnavailableError";
}

/** What the identity provider says lets nobody in. The message tells people why. */
export class LoginRefusedError extends Error {
  override readonly name = "LoginRefusedError";
}
