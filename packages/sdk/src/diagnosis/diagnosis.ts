import type { ErrorCode } from "../errors/catalogue.ts";

/** What a probe is about, in the order in which they are made. */
export type ProbeName =
  | "environment"
  | "files"
  | "proxy"
  | "dns"
  | "tcp"
  | "tls"
  | "http"
  | "gateway"
  | "login"
  | "identity"
  | "namespace"
  | "versions"
  | "clock";

/** One thing that was looked at. */
export interface Probe {
  readonly name: ProbeName;
  /** `noted`: worth knowing, and no reason for a failure. `skipped`: what came before made it pointless. */
  readonly outcome: "good" | "noted" | "failed" | "skipped";
  /** What was seen, in one sentence. Never a secret: it can be pasted into an issue. */
  readonly saw: string;
  /** Which failure this is; only where `outcome` is `failed`, or `noted` with a known cause. */
  readonly code?: ErrorCode | undefined;
  readonly durationMs: number;
}

/** What it all comes to. */
export interface Verdict {
  readonly ok: boolean;
  /** Undefined where all is well. */
  readonly code: ErrorCode | undefined;
  /** In plain words: what is wrong, or that nothing is. */
  readonly cause: string;
  /** To paste: a command, YAML, an option. Undefined where there is nothing to do. */
  readonly fix: string | undefined;
  /** The page of the documentation: `docs/errors/MESH_DENIED.md`. */
  readonly docs: string | undefined;
}

/** What was found out about a connection. */
export interface Diagnosis {
  readonly verdict: Verdict;
  readonly probes: readonly Probe[];
}
