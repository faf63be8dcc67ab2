import { mkdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Json, JsonObject } from "@kfp-ts/api";
import { isLocal } from "../artifacts/artifact-stores.ts";
import { localPath } from "../artifacts/local-path.ts";
import { isWithin } from "../artifacts/open-within.ts";
import type { ReadyTask, TaskResult } from "../engine/engine.ts";
import { RunnerError } from "../errors/runner-error.ts";
import { executorLookup } from "../placeholders/executor-lookup.ts";
import { substitute } from "../placeholders/substitute.ts";
import { constantOf } from "../plan/constant-of.ts";
import type { ImporterComponent } from "../plan/plan.ts";
import { own } from "../values/own.ts";
import { textOf } from "../values/text.ts";
import { IN_WORKSPACE } from "./artifact-places.ts";
import type { TaskExecutorOptions } from "./task-executor.ts";

/**
 * Takes in an artifact from elsewhere: by its URI, without reading it, unless it is to be brought into the folder that
 * tasks share. Only a file of this machine has to be there. Whether it was taken in before makes no difference: nothing
 * is kept of it.
 *
 * @throws RunnerError (ARTIFACT_UNAVAILABLE, PIPELINE_INVALID)
 */
export async function executeImporter(
  options: TaskExecutorOptions,
  { inputs }: ReadyTask,
  { importer, outputs }: ImporterComponent,
  signal: AbortSignal,
): Promise<TaskResult> {
  const lookup = executorLookup(
    { inputs: { parameterValues: inputs.parameters }, outputs: { outputFile: "" } },
    undefined,
  );
  const uri = substitute(uriOf(importer.artifactUri ?? {}, inputs.parameters), lookup);
  if (uri === "") throw new RunnerError("ARTIFACT_UNAVAILABLE", "the importer has no URI");
  if (isLocal(uri)) {
    // Before anything is said of what is there. Nor what is of the run: other tasks may be at work on it.
    if (options.movesPaths) {
      throw new RunnerError(
        "ARTIFACT_UNAVAILABLE",
        `${uri} is of this machine, and isolated tasks import nothing of it: give a URI of a storage`,
      );
    }
    if ((await stat(localPath(uri)).catch(() => undefined)) === undefined) {
      throw new RunnerError("ARTIFACT_UNAVAILABLE", `there is nothing at ${uri}`);
    }
  }
  const [name = "artifact"] = Object.keys(outputs.artifacts);
  const type = importer.typeSchema ?? outputs.artifacts[name]?.artifactType ?? {};
  const fetched = importer.downloadToWorkspace === true && !isLocal(uri);
  if (fetched) await fetchToWorkspace(uri, options, signal);
  const given = withValues(importer.metadata ?? {}, lookup) as JsonObject;
  const metadata = { ...given, ...(fetched ? { [IN_WORKSPACE]: true } : {}) };
  return { outcome: "succeeded", outputs: { parameters: {}, artifacts: { [name]: [{ name, type, uri, metadata }] } } };
}

async function fetchToWorkspace(
  uri: string,
  { workspace, artifacts }: TaskExecutorOptions,
  signal: AbortSignal,
): Promise<void> {
  if (workspace === undefined) {
    throw new RunnerError("PIPELINE_INVALID", `${uri} is to be brought into the workspace, and the pipeline has none`);
  }
  const place = join(workspace.folder, ".artifacts");
  const path = join(place, localPath(uri));
  const isInside = async () => isWithin(await realpath(workspace.folder), await realpath(dirname(path)));
  if (isWithin(place, path)) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (!isWithin(place, path) || !(await isInside())) {
    throw new RunnerError("ARTIFACT_UNAVAILABLE", `${uri} would be brought out of the workspace`);
  }
  await artifacts.storeOf(uri)?.download(uri, path, signal);
}

function uriOf(source: Parameters<typeof constantOf>[0], parameters: JsonObject): string {
  const { runtimeParameter } = source;
  if (runtimeParameter) {
    const value = own(parameters, runtimeParameter);
    return value === undefined ? "" : textOf(value);
  }
  return textOf(constantOf(source, "importer.artifactUri"));
}

/** Metadata with the values of inputs in its names and texts, however deep. */
function withValues(value: Json, lookup: (expression: string) => string | undefined): Json {
  if (typeof value === "string") return substitute(value, lookup);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item: Json) => withValues(item, lookup));
  const members = Object.entries(value as JsonObject);
  return Object.fromEntries(members.map(([name, item]) => [substitute(name, lookup), withValues(item, lookup)]));
}
