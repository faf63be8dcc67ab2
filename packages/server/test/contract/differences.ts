import { readFileSync } from "node:fs";
import { differencesBetween, refusalDifferences } from "./comparison.ts";
import { type Answer, substitute, type Variables } from "./exchange.ts";
import type { RefusalHint } from "./scenario.ts";

/** What this server answers on purpose where the real one answered otherwise. */
export interface Difference {
  readonly scenario: string;
  readonly step: string;
  readonly instead: RefusalHint & {
    readonly status: number;
    /** What the body holds, among other things; `{}` stands for an empty one. */
    readonly body?: Readonly<Record<string, unknown>>;
  };
  /** A key of `reasons`. */
  readonly reason: string;
}

/** The list of all differences, and why they are. */
export interface Differences {
  readonly reasons: Readonly<Record<string, string>>;
  readonly differences: readonly Difference[];
}

/** The differences from the real server that are on purpose. */
export function readDifferences(): Differences {
  return JSON.parse(readFileSync(new URL("differences.json", import.meta.url), "utf8")) as Differences;
}

/** How an answer deviates from what a difference promises instead. */
export function deviations({ instead }: Difference, got: Answer, variables: Variables): string[] {
  const { status, body, ...hint } = substitute(instead, variables) as Difference["instead"];
  if (status !== got.status) {
    return [`status: promised ${status}, got ${got.status} (${JSON.stringify(got.body).slice(0, 300)})`];
  }
  return [
    ...refusalDifferences(hint, got),
    ...(body === undefined ? [] : differencesBetween(body, partOf(got.body, body))),
  ];
}

/** Of a body, the fields that another one has; all of it where that one is empty. */
function partOf(body: unknown, wanted: Readonly<Record<string, unknown>>): unknown {
  const names = Object.keys(wanted);
  if (names.length === 0 || typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
}
