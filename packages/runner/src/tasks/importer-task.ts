import { stat } from "node:fs/promises";
import type { JsonObject } from "@kfp-ts/api";
import { isLocal } from "../artifacts/artifact-stores.ts";
import { localPath } from "../artifacts/local-path.ts";
import type { ReadyTask, TaskResult } from "../engine/engine.ts";
import { RunnerError } from "../errors/runner-error.ts";
import { executorLookup } from "../placeholders/executor-lookup.ts";
import { substitute } from "../placeholders/substitute.ts";
import { constantOf } from "../plan/constant-of.ts";
import type { ImporterComponent } from "../plan/plan.ts";
import { textOf } from "../values/text.ts";
import type { TaskExecutorOptions } from "./task-executor.ts";

/**
 * Takes in an artifact from elsewhere: by its URI, without reading it. Only a file of this machine has to be there.
 *
 * @throws RunnerError (ARTIFACT_UNAVAILABLE, PIPELINE_INVALID)
 */
export async function executeImporter(
  _options: TaskExecutorOptions,
  { inputs }: ReadyTask,
  { importer, outputs }: ImporterComponent,
): Promise<TaskResult> {
  const lookup = executorLookup(
    { inputs: { parameterValues: inputs.parameters }, outputs: { outputFile: "" } },
    undefined,
  );
  const uri = substitute(uriOf(importer.artifactUri ?? {}, inputs.parameters), lookup);
  if (uri === "") throw new RunnerError("ARTIFACT_UNAVAILABLE", "the importer has no URI");
  if (isLocal(uri) && (await stat(localPath(uri)).catch(() => undefined)) === undefined) {
    throw new RunnerError("ARTIFACT_UNAVAILABLE", `there is nothing at ${uri}`);
  }
  const [name = "artifact"] = Object.keys(outputs.artifacts);
  const type = importer.typeSchema ?? outputs.artifacts[name]?.artifactType ?? {};
  const metadata = withValues(importer.metadata ?? {}, lookup);
  return { outcome: "succeeded", outputs: { parameters: {}, artifacts: { [name]: [{ name, type, uri, metadata }] } } };
}

function uriOf(source: Parameters<typeof constantOf>[0], parameters: JsonObject): string {
  const { runtimeParameter } = source;
  if (runtimeParameter) {
    const value = Object.hasOwn(parameters, runtimeParameter) ? parameters[runtimeParameter] : undefined;
    return value === undefined ? "" : textOf(value);
  }
  return textOf(constantOf(source, "importer.artifactUri"));
}

function withValues(metadata: JsonObject, lookup: (expression: string) => string | undefined): JsonObject {
  const text = JSON.stringify(metadata);
  if (!text.includes("{{$")) return metadata;
  const members = Object.entries(metadata).map(([key, value]) => [
    substitute(key, lookup),
    typeof value === "string" ? substitute(value, lookup) : value,
  ]);
  return Object.fromEntries(members) as JsonObject;
}
