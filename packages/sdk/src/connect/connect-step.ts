/** Where a way to connect comes from, in the order in which they are looked at. */
export type ConnectSource = "passed" | "context" | "environment" | "pod" | "kubeconfig" | "announced";

/** One thing that was looked at on the way to a connection. */
export interface ConnectStep {
  readonly source: ConnectSource;
  /**
   * - `used`: this is the way.
   * - `absent`: there is nothing of the kind.
   * - `failed`: there is something, and it cannot be used; `fact` says why.
   */
  readonly outcome: "used" | "absent" | "failed";
  /** What was found, in one sentence for people. Never a secret. */
  readonly fact: string;
  /** The requests that were made for it, each with what answered. */
  readonly asked: readonly AskedAddress[];
  readonly durationMs: number;
}

/** One request on the way, and what it came to. */
export interface AskedAddress {
  readonly method: string;
  /** Without its query. */
  readonly url: string;
  /** Undefined where nothing answered. */
  readonly status: number | undefined;
  /** What that says, in a few words: "the API", "the sign-in page of oauth2-proxy", "connection refused". */
  readonly saw: string;
  readonly durationMs: number;
}
