import { readFileSync } from "node:fs";
import type { Outcome } from "./comparison.ts";

/** A recorded case that is answered otherwise here, on purpose. */
export interface Difference {
  readonly case: string;
  /** A key of the reasons. */
  readonly reason: string;
  /** What Kubeflow's webhook does, in a few words. */
  readonly kubeflow: string;
  /** What is done here, in a few words. */
  readonly here: string;
  /** The answer here. */
  readonly instead: Outcome;
}

/** The list of differences. */
export interface Differences {
  readonly reasons: Readonly<Record<string, string>>;
  readonly differences: readonly Difference[];
}

/** Reads the list. */
export function readDifferences(): Differences {
  return JSON.parse(readFileSync(new URL("./differences.json", import.meta.url), "utf8")) as Differences;
}
