import type { ErrorCode } from "../errors/catalogue.ts";

/**
 * What a probe is about, in the order in which they are shown.
 *
 * @example
 * import { diagnose, type ProbeName } from "@kfp-ts/sdk";
 *
 * const name: ProbeName = "clock";
 * const { probes } = await diagnose({ host: "http://localhost:3000" });
 * console.log(probes.find((probe) => probe.name === name)?.saw);
 */
export type ProbeName =
  | "environment"
  | "files"
  | "way"
  | "cluster"
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

/**
 * One thing that was looked at.
 *
 * @example
 * import { diagnose, type Probe } from "@kfp-ts/sdk";
 *
 * const line = ({ name, outcome, saw }: Probe) => `${name} (${outcome}): ${saw}`;
 * for (const probe of (await diagnose({ host: "http://localhost:3000" })).probes) console.log(line(probe));
 */
export interface Probe {
  readonly name: ProbeName;
  /** `noted`: worth knowing, and no reason for a failure. `skipped`: what came before made it pointless. */
  readonly outcome: "good" | "noted" | "failed" | "skipped";
  /** What was seen, in one sentence. Never a secret: it can be pasted into an issue. */
  readonly saw: string;
  /** Which failure this is, where it is one of the catalogue. */
  readonly code?: ErrorCode | undefined;
  readonly durationMs: number;
}

/**
 * What it all comes to.
 *
 * @example
 * import { diagnose, type Verdict } from "@kfp-ts/sdk";
 *
 * const { ok, cause, fix }: Verdict = (await diagnose({ host: "http://localhost:3000" })).verdict;
 * console.log(ok, cause, fix ?? "nothing to do");
 */
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

/**
 * What was found out about a connection.
 *
 * @example
 * import { type Diagnosis, diagnose } from "@kfp-ts/sdk";
 *
 * const { verdict, probes }: Diagnosis = await diagnose({ host: "http://localhost:3000" });
 * console.log(verdict.ok ? "all is well" : verdict.cause, probes.length);
 */
export interface Diagnosis {
  readonly verdict: Verdict;
  readonly probes: readonly Probe[];
}
