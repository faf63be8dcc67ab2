import type { FileHandle } from "node:fs/promises";
import type { Json, JsonObject } from "@kfp-ts/api";
import { openWithin } from "../artifacts/open-within.ts";
import { RunnerError } from "../errors/runner-error.ts";
import { MAX_NESTING, nestsTooDeep } from "../values/nesting.ts";
import type { ExecutorOutput, RuntimeArtifact } from "./executor-input.ts";

/** How much a task may write as its parameters: more has to be an artifact. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads what a component wrote of its outputs.
 *
 * @param folder - Of the attempt: what is elsewhere is not read.
 * @returns nothing in it where there is no file: a component need not write one.
 * @throws RunnerError (OUTPUT_INVALID)
 */
export async function readExecutorOutput(file: string, folder: string): Promise<ExecutorOutput> {
  const text = await readOutputFile(file, folder);
  if (text === undefined || text.trim() === "") return {};
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    const why = /[[:,]\s*(?:NaN|-?Infinity)\b/.test(text)
      ? "NaN and Infinity are none of its numbers"
      : (error as Error).message;
    throw invalid(`what it wrote of its outputs is no JSON: ${why}`);
  }
  if (!isObject(value)) throw invalid("what it wrote of its outputs is no JSON object");
  const { parameterValues = value.parameter_values ?? {}, artifacts = {} } = value;
  if (!isObject(parameterValues)) throw invalid("parameterValues of its outputs are no JSON object");
  if (!isObject(artifacts)) throw invalid("artifacts of its outputs are no JSON object");
  const lists = Object.entries(artifacts).map(([name, list]) => [name, { artifacts: artifactsIn(name, list) }]);
  return { parameterValues, artifacts: Object.fromEntries(lists) };
}

/**
 * The text of a file that a task has written; undefined where there is none. Nothing else is read: a link could lead to
 * what the task itself may not see, and a pipe would never end.
 *
 * @throws RunnerError (OUTPUT_INVALID)
 */
export async function readOutputFile(file: string, folder: string): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await openWithin(file, folder, { links: false });
  } catch (error) {
    if (error instanceof RunnerError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ELOOP") throw invalid(`${file} is a symbolic link, which is not followed`);
    throw invalid(`${file} cannot be read (${code})`);
  }
  if (handle === undefined) return undefined;
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw invalid(`${file} is no file`);
    if (stat.size > MAX_BYTES) {
      throw invalid(`${file} has ${stat.size} bytes, and a parameter at most ${MAX_BYTES}: make it an artifact`);
    }
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

function artifactsIn(name: string, list: Json | undefined): readonly Partial<RuntimeArtifact>[] {
  const artifacts = isObject(list) ? (list.artifacts ?? []) : undefined;
  if (!Array.isArray(artifacts)) throw invalid(`its output artifact ${name} is no list of artifacts`);
  return (artifacts as readonly Json[]).map((artifact) => {
    if (!isObject(artifact)) throw invalid(`its output artifact ${name} is no JSON object`);
    // Python's executor writes custom_path: both are right in the JSON of protocol buffers.
    const { name: own, uri = "", metadata = {}, customPath = artifact.custom_path ?? "" } = artifact;
    if (typeof uri !== "string") throw invalid(`the uri of its output artifact ${name} is no text`);
    if (typeof customPath !== "string") throw invalid(`the customPath of its output artifact ${name} is no text`);
    // No path of any system has one.
    if (uri.includes("\0")) throw invalid(`the uri of its output artifact ${name} holds a NUL`);
    if (customPath.includes("\0")) throw invalid(`the customPath of its output artifact ${name} holds a NUL`);
    if (!isObject(metadata)) throw invalid(`the metadata of its output artifact ${name} is no JSON object`);
    if (nestsTooDeep(metadata)) {
      throw invalid(`the metadata of its output artifact ${name} nests more than ${MAX_NESTING} deep`);
    }
    return { ...(typeof own === "string" && own !== "" ? { name: own } : {}), uri, metadata, customPath };
  });
}

/** An output that cannot be used. */
export function invalid(fact: string): RunnerError {
  return new RunnerError("OUTPUT_INVALID", fact);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
