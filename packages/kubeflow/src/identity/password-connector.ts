/** Someone whom a connector knows: what tokens and sessions say of them. */
export interface Account {
  /** Never changes, and is unique within the connector. */
  readonly id: string;
  /** What Kubeflow calls the user, in lower or upper case as the directory has it. */
  readonly email: string;
  /** The name that people read. */
  readonly name: string;
  readonly groups: readonly string[];
}

/** What came of looking at a name and a password. */
export type PasswordCheck =
  | { readonly outcome: "accepted"; readonly account: Account }
  /** Wrong password, unknown name, or an empty one: nobody is told which. */
  | { readonly outcome: "refused" }
  /** Too many refusals before: this one was not looked at. */
  | { readonly outcome: "throttled"; readonly retryAfterSeconds: number };

/** Where an attempt comes from, as far as it is known. Throttling counts by it. */
export interface AttemptSource {
  /** The network address of the client: `192.0.2.7`. */
  readonly address?: string | undefined;
  /**
   * A random text that this client was given at an earlier login, and has kept: a cookie of the login page. Who has logged in
   * with it before does not wait for refusals of others.
   */
  readonly device?: string | undefined;
}

/** One way to check passwords: a file of users, or a directory. Dex calls it a connector. */
export interface PasswordConnector {
  /** As it stands in URLs: `local`, `ldap`. */
  readonly id: string;
  /** What people choose: `Email`, `LDAP`. */
  readonly name: string;
  /** What the form calls the name: `Email Address`, `Username`. */
  readonly usernamePrompt: string;
  /**
   * Checks a name and a password.
   *
   * @param source - Where the attempt comes from; without it, it counts as one of everybody's.
   * @throws ConnectorUnavailableError where it cannot be found out now
   */
  check(username: string, password: string, signal: AbortSignal, source?: AttemptSource): Promise<PasswordCheck>;
  /**
   * What is known of an account now, by its id: asked when tokens are refreshed. Undefined where it is gone.
   *
   * @throws ConnectorUnavailableError where it cannot be found out now
   */
  find(id: string): Promise<Account | undefined>;
  close(): Promise<void>;
}

/** A connector cannot say now whether a password is right: its directory is down, or too many are waiting. */
export class ConnectorUnavailableError extends Error {
  override readonly name = "ConnectorUnavailableError";
}
