import type { Run, RunOutputs } from "@kfp-ts/api";
import { type Client, isKfpError } from "@kfp-ts/sdk";
import { PROGRAM } from "../command-line/command-line.ts";
import { printable, shortened } from "../output/printable.ts";
import type { Style } from "../output/style.ts";
import { formatFacts } from "../output/table.ts";

/** How long a value may be that is shown. */
const VALUE_COLUMNS = 200;

/**
 * What the pipeline of a run has given, for people; empty where it gives nothing, and by Kubeflow Pipelines on
 * Kubernetes, which does not tell it.
 *
 * @throws KfpError where the server cannot be asked.
 */
export async function outputsText(kfp: Client, runId: string, style: Style, signal?: AbortSignal): Promise<string> {
  let outputs: RunOutputs;
  try {
    outputs = await kfp.runs.outputs(runId, { signal });
  } catch (error) {
    if (isKfpError(error) && error.code === "UNSUPPORTED_BY_SERVER") return "";
    throw error;
  }
  const rows = [
    ...Object.entries(outputs.parameters ?? {}).map(
      ([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const,
    ),
    ...(outputs.artifacts ?? []).map(({ name, uri }) => [name, uri ?? ""] as const),
  ].map(([name, value]) => [printable(name), shortened(printable(value), VALUE_COLUMNS) || '""'] as const);
  return rows.length === 0 ? "" : `\n${style.bold("Outputs")}\n${formatFacts(rows, style)}`;
}

/** Where to look, and what to do, after a run that did not succeed: a line each. */
export function afterFailure({ runId }: Run): readonly string[] {
  return [
    `What its tasks wrote: ${PROGRAM} runs logs ${runId}`,
    `Execute again what failed: ${PROGRAM} runs retry ${runId}`,
  ];
}
