/**
 * Where a way to connect comes from, in the order in which they are looked at.
 *
 * @example
 * import { type ConnectSource, connect } from "@kfp-ts/sdk";
 *
 * const how: ConnectSource = (await connect({ host: "http://localhost:3000" })).connection.how;
 * console.log(how === "passed");
 */
export type ConnectSource = "passed" | "context" | "environment" | "pod" | "kubeconfig" | "announced";

/**
 * One thing that was looked at on the way to a connection.
 *
 * @example
 * import { type ConnectStep, connect } from "@kfp-ts/sdk";
 *
 * const tell = ({ source, outcome, fact }: ConnectStep) => console.error(`${source} (${outcome}): ${fact}`);
 * await connect({ host: "http://localhost:3000", onStep: tell });
 */
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

/**
 * One request on the way, and what it came to.
 *
 * @example
 * import { type AskedAddress, connect } from "@kfp-ts/sdk";
 *
 * const { steps } = (await connect({ host: "http://localhost:3000" })).connection;
 * const asked: readonly AskedAddress[] = steps.flatMap((step) => step.asked);
 * for (const { method, url, saw } of asked) console.log(`${method} ${url}: ${saw}`);
 */
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
