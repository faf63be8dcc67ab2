import type { Finding } from "@kfp-ts/runner";
import { isKfpError, readPackage } from "@kfp-ts/sdk";
import { UsageError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { flag, option } from "../command-line/option.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { findingsAsJson, findingsFor, formatFindings, type Place, places } from "../lint/format-findings.ts";
import { outputOption } from "../output/output-option.ts";
import { printerFor } from "../output/printer.ts";
import { styleFor } from "../output/style.ts";

/** `kfp-ts lint`: what of a compiled pipeline is not everywhere the same. */
export const lint = command({
  name: "lint",
  summary: "Tell what of a compiled pipeline is refused or done otherwise, here or by Kubeflow Pipelines.",
  description:
    "Reads a compiled pipeline, from Python's compiler or any other, and tells what this machine cannot do or does otherwise " +
    "than a cluster, and what the open-source backend of Kubeflow Pipelines refuses or does otherwise than the pipeline says. Nothing is " +
    "executed. Exit code 0 where it runs, 1 where something refuses it, 2 where it can run nowhere.",
  args: { file: "The compiled pipeline (.yaml, .json, .zip, .tar.gz)." },
  options: {
    for: option<Place>("place", "Only what matters at one place: here or kubeflow.", readPlace, { completes: places }),
    allowHostCommands: flag("Take programs of this machine for those of images, as `kfp-ts run` does with it."),
    ...outputOption,
  },
  examples: ["lint pipeline.yaml", "lint pipeline.yaml --for kubeflow", "lint pipeline.yaml --output json"],
  speaks: false,
  async run({ args: { file }, options, io }): Promise<ExitCode> {
    const all = await findingsIn(file, { hostCommands: options.allowHostCommands, path: io.env.PATH ?? "" });
    const findings = findingsFor(options.for, all);
    const style = styleFor(io.stdout.isTerminal, io.env);
    const text = formatFindings(file, options.for, findings, style);
    await printerFor(options.output ?? "table", io).fact(text, findingsAsJson(file, all, findings));
    if (findings.some(({ kind }) => kind === "invalid")) return exitCodes.wrongUsage;
    return findings.some(({ kind }) => kind.startsWith("refused")) ? exitCodes.failed : exitCodes.done;
  },
});

async function findingsIn(
  file: string,
  options: { readonly hostCommands: boolean; readonly path: string },
): Promise<readonly Finding[]> {
  // Both are large, and most commands need neither.
  const [{ pipelineSpecFromStruct }, { lintPipeline }] = await Promise.all([
    import("@kfp-ts/api/pipeline-spec"),
    import("@kfp-ts/runner"),
  ]);
  try {
    const { pipelineSpec } = await readPackage({ path: file });
    return await lintPipeline(pipelineSpecFromStruct(pipelineSpec), options);
  } catch (error) {
    if (!isKfpError(error) || error.code !== "BAD_PACKAGE") throw error;
    return [{ kind: "invalid", rule: "file-invalid", path: "", message: error.message }];
  }
}

function readPlace(text: string): Place {
  const place = places.find((each) => each === text);
  if (place !== undefined) return place;
  throw new UsageError(`There is no place ${JSON.stringify(text)}: give here or kubeflow.`);
}
