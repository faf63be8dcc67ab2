import type { Artifact, RunView, TaskView, Values } from "@kfp-ts/runner";
import { formatDuration } from "../command-line/duration.ts";
import { printable, shortened } from "../output/printable.ts";
import { paintState, type Style } from "../output/style.ts";
import { formatFacts } from "../output/table.ts";
import { failureFact } from "./failure-fact.ts";
import { lastLines } from "./log-tail.ts";

/** Where the log of an attempt is. */
export type LogFile = (task: string, attempt: number) => string;

/** How long a value may be that is shown; the whole is in `--output json`. */
const VALUE_COLUMNS = 200;
/** How much is shown of outputs that are not the pipeline's own, of failures, and of the log of each. */
const MOST_OUTPUTS = 20;
const MOST_FAILURES = 3;
const LOG_LINES = 10;

/** How a run has ended, for people: its state, how long it took, and what came out. */
export function summaryOf(view: RunView, folder: string, style: Style): string {
  const leaves = view.tasks.filter(isLeaf);
  const cached = leaves.filter((task) => task.cached !== undefined).length;
  const took = view.endedAt > 0 && view.startedAt > 0 ? ` after ${formatDuration(view.endedAt - view.startedAt)}` : "";
  const tasks = `${leaves.length} task${leaves.length === 1 ? "" : "s"}${cached > 0 ? `, ${cached} cached` : ""}`;
  const facts = formatFacts(
    [
      ["Run", `${printable(view.runId)} (${printable(view.pipelineName)})`],
      ["State", `${paintState(style, view.state)}${took}, ${tasks}`],
      ["Folder", printable(folder)],
    ],
    style,
  );
  const outputs = outputsOf(view);
  if (outputs.rows.length === 0) return facts;
  const shown = outputs.rows.slice(0, outputs.ofTasks ? MOST_OUTPUTS : outputs.rows.length);
  const more = outputs.rows.length - shown.length;
  const rest = more === 0 ? "" : style.dim(`${more} more: --output json has all of them\n`);
  const heading = style.bold(outputs.ofTasks ? "Outputs of its tasks" : "Outputs");
  return `${facts}\n${heading}\n${formatFacts(shown, style)}${rest}`;
}

/** What the pipeline gives; where it gives nothing, what its tasks do. */
function outputsOf(view: RunView): {
  readonly ofTasks: boolean;
  readonly rows: ReadonlyArray<readonly [string, string]>;
} {
  const own = rowsOf("", view.outputs);
  if (own.length > 0) return { ofTasks: false, rows: own };
  return { ofTasks: true, rows: view.tasks.filter(isLeaf).flatMap(({ path, outputs }) => rowsOf(`${path}.`, outputs)) };
}

function rowsOf(prefix: string, { parameters, artifacts }: Values): ReadonlyArray<readonly [string, string]> {
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  return [
    ...Object.entries(parameters).map(([name, value]) => [name, text(value)] as const),
    ...Object.entries(artifacts).flatMap(([name, those]) => those.map((one) => [name, artifactText(one)] as const)),
  ].map(([name, value]) => [printable(prefix + name), shortened(printable(value), VALUE_COLUMNS) || '""'] as const);
}

function artifactText({ uri, metadata, customPath }: Artifact): string {
  const facts = Object.entries(metadata).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${customPath ?? uri}${facts.length === 0 ? "" : `  (${facts.join(", ")})`}`;
}

/** The tasks that failed, what they said last, and where the rest of it is. */
export async function failuresOf(view: RunView, logFile: LogFile, style: Style): Promise<string> {
  const failed = view.tasks.filter((task) => task.state === "FAILED" && isLeaf(task));
  const texts: string[] = [];
  for (const { path, attempts, error } of failed.slice(0, MOST_FAILURES)) {
    const log = attempts > 0 ? logFile(path, attempts) : undefined;
    const last = log === undefined ? [] : await lastLines(log, LOG_LINES);
    const message = error?.message ?? "no reason was told";
    const fact = safeLines(last.length > 0 ? failureFact(message) : message);
    const lines = [`${style.red(`task ${printable(path)} failed:`)} ${fact}`];
    if (last.length > 0)
      lines.push(...last.map((line) => `  ${style.dim("│")} ${shortened(printable(line), VALUE_COLUMNS)}`));
    if (log !== undefined && last.length > 0) lines.push(`${style.dim("  all of its log:")} ${printable(log)}`);
    texts.push(`${lines.join("\n")}\n`);
  }
  if (failed.length > MOST_FAILURES) texts.push(`${failed.length - MOST_FAILURES} more tasks failed.\n`);
  if (failed.length === 0 && view.error !== undefined) {
    texts.push(`${style.red("error:")} ${safeLines(view.error.message)}\n`);
  }
  return texts.join("");
}

function safeLines(text: string): string {
  return text.trimEnd().split("\n").map(printable).join("\n  ");
}

function isLeaf({ kind }: TaskView): boolean {
  return kind === "container" || kind === "importer";
}
