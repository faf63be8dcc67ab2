import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { JsonObject } from "@kfp-ts/api";
import type { ParsedPipeline } from "@kfp-ts/api/pipeline-spec";
import type { RunRequest } from "@kfp-ts/runner";
import { readPackage } from "@kfp-ts/sdk";
import { CommandError, UsageError } from "../command-error.ts";
import type { KeyValue } from "../command-line/key-value.ts";
import { defaultRunName } from "../commands/run-source.ts";
import { inputsOf, readParameters } from "../pipeline-inputs.ts";
import type { RunOptionValues } from "./run-options.ts";

/**
 * Reads what is to run: the file, and the parameters as its pipeline types them.
 *
 * @param now - Milliseconds since 1970.
 * @returns the request, and what the run is called while it is shown.
 * @throws KfpError (FILE_UNREADABLE, BAD_PACKAGE), UsageError
 */
export async function readRunRequest(
  file: string,
  options: RunOptionValues,
  now: number,
): Promise<RunRequest & { readonly shownName: string }> {
  const { name, pipelineSpec } = await readPackage({ path: file });
  const { pipelineSpecFromStruct } = await import("@kfp-ts/api/pipeline-spec");
  const pipeline: ParsedPipeline = pipelineSpecFromStruct(pipelineSpec);
  const fromFile = options.paramsFile === undefined ? {} : await parametersIn(options.paramsFile);
  return {
    pipeline,
    parameters: { ...fromFile, ...readParameters(options.param, await inputsOf(pipelineSpec)) },
    artifacts: artifactsOf(options.artifact),
    displayName: options.name ?? defaultRunName(name, now),
    shownName: options.name ?? name,
    pipelineRoot: options.pipelineRoot,
    cache: !options.noCache,
    timeLimitMs: options.timeLimit,
    taskTimeLimitMs: options.taskTimeLimit,
  };
}

async function parametersIn(path: string): Promise<JsonObject> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new CommandError(`The file of parameters ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  const { load } = await import("js-yaml");
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    const [first = ""] = (error as Error).message.split("\n");
    throw new UsageError(`The file of parameters ${path} is neither YAML nor JSON: ${first}.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`The file of parameters ${path} holds no names with values.`, "Write one as `name: value`.");
  }
  // YAML has values that JSON has not, such as dates.
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

function artifactsOf(pairs: readonly KeyValue[]): Record<string, readonly string[]> {
  const artifacts = new Map<string, string[]>();
  for (const { key, value } of pairs) {
    // A path is one from here, and the run has another working directory.
    const uri = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : resolve(value);
    artifacts.set(key, [...(artifacts.get(key) ?? []), uri]);
  }
  return Object.fromEntries(artifacts);
}
