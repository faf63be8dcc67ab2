import type { JsonObject } from "@kfp-ts/api";
import type { Finding } from "@kfp-ts/runner";
import { printable } from "../output/printable.ts";
import type { Style } from "../output/style.ts";

/** Where a pipeline can run. */
export const places = ["here", "kubeflow"] as const;
/** Where a pipeline can run. */
export type Place = (typeof places)[number];

const headings: Readonly<Record<Finding["kind"], string>> = {
  invalid: "It can run nowhere",
  "refused here": "This machine cannot run",
  "refused by Kubeflow": "Kubeflow Pipelines refuses",
  "otherwise here": "On this machine it is otherwise",
  "otherwise in Kubeflow": "In Kubeflow Pipelines it is otherwise",
};

const placeOf: Readonly<Record<Finding["kind"], Place | undefined>> = {
  invalid: undefined,
  "refused here": "here",
  "refused by Kubeflow": "kubeflow",
  "otherwise here": "here",
  "otherwise in Kubeflow": "kubeflow",
};

/** The findings that matter where a pipeline is to run; all of them where that is not said. */
export function findingsFor(place: Place | undefined, findings: readonly Finding[]): readonly Finding[] {
  if (place === undefined) return findings;
  return findings.filter(({ kind }) => placeOf[kind] === undefined || placeOf[kind] === place);
}

/** Whether a pipeline of these findings runs at a place. */
export function runs(place: Place, findings: readonly Finding[]): boolean {
  const refused = place === "here" ? "refused here" : "refused by Kubeflow";
  return findings.every(({ kind }) => kind !== "invalid" && kind !== refused);
}

/** The findings for people: a verdict, and below it what was found, by kind. */
export function formatFindings(
  file: string,
  place: Place | undefined,
  findings: readonly Finding[],
  style: Style,
): string {
  const lines = [`${style.bold(printable(file))}: ${verdictOf(place, findings)}`];
  for (const kind of new Set(findings.map((finding) => finding.kind))) {
    const paint = placeOf[kind] === undefined || kind.startsWith("refused") ? style.red : style.yellow;
    lines.push("", paint(headings[kind]));
    for (const { rule, path, message } of findings.filter((finding) => finding.kind === kind)) {
      lines.push(...message.split("\n").map((line) => `  ${printable(line)}`));
      lines.push(style.dim(`    ${path === "" ? "" : `at ${printable(path)} `}(${rule})`));
    }
  }
  return `${lines.join("\n")}\n`;
}

function verdictOf(place: Place | undefined, findings: readonly Finding[]): string {
  if (findings.some(({ kind }) => kind === "invalid")) return "the pipeline can run nowhere";
  const verdicts = {
    here: runs("here", findings) ? "runs on this machine" : "does not run on this machine",
    kubeflow: runs("kubeflow", findings) ? "runs in Kubeflow Pipelines" : "does not run in Kubeflow Pipelines",
  };
  return place === undefined ? `${verdicts.here}, ${verdicts.kubeflow}` : verdicts[place];
}

/**
 * The findings for programs.
 *
 * @param all - What the verdicts are made of.
 * @param shown - Which of them are listed.
 */
export function findingsAsJson(file: string, all: readonly Finding[], shown: readonly Finding[]): JsonObject {
  return {
    file,
    runs_here: runs("here", all),
    runs_in_kubeflow: runs("kubeflow", all),
    findings: shown.map(({ kind, rule, path, message }) => ({ kind, rule, path, message })),
  };
}
