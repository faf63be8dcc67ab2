import { localPath } from "../artifacts/local-path.ts";
import type { ExecutorInput, RuntimeArtifact } from "../tasks/executor-input.ts";
import { own } from "../values/own.ts";
import { textOf } from "../values/text.ts";

const NAMED = /^\$\.(inputs|outputs)\.(parameters|artifacts)\[(?:'([^']*)'|"([^"]*)")\](.*)$/;
const METADATA = /^\.metadata\[(?:'([^']*)'|"([^"]*)")\]$/;
/** The whole as text that stands within as many JSON texts. */
const JSON_ESCAPE = /^\$\.json_escape\[([0-4])\]$/;

/**
 * What the placeholders of a container stand for.
 *
 * @param workspacePath - Where it sees the folder that the tasks of the run share; undefined where they share none.
 */
export function executorLookup(
  input: ExecutorInput,
  workspacePath: string | undefined,
): (expression: string) => string | undefined {
  return (expression) => {
    switch (expression) {
      case "$":
        return JSON.stringify(input);
      case "$.outputs.output_file":
      case "$.outputMetadataUri":
        return input.outputs.outputFile;
      case "$.workspace_path":
        return workspacePath;
    }
    const times = JSON_ESCAPE.exec(expression)?.[1];
    if (times !== undefined) return escaped(JSON.stringify(input), Number(times));
    const [, side, kind, single, double, rest = ""] = NAMED.exec(expression) ?? [];
    const name = single ?? double;
    if (name === undefined) return undefined;
    if (kind === "artifacts") {
      const artifact = own(side === "inputs" ? input.inputs.artifacts : input.outputs.artifacts, name)?.artifacts[0];
      return artifact && artifactText(artifact, rest);
    }
    if (side === "outputs") {
      return rest === ".output_file" ? own(input.outputs.parameters, name)?.outputFile : undefined;
    }
    const value = own(input.inputs.parameterValues, name);
    return rest === "" && value !== undefined ? textOf(value) : undefined;
  };
}

/** Metadata and the whole are what the specification says of artifacts; a cluster replaces only path and URI. */
function artifactText(artifact: RuntimeArtifact, rest: string): string | undefined {
  if (rest === ".uri") return artifact.uri;
  if (rest === ".path") return artifact.customPath ?? localPath(artifact.uri);
  if (rest === "") return JSON.stringify(artifact);
  if (rest === ".metadata") return JSON.stringify(artifact.metadata);
  const [, single, double] = METADATA.exec(rest) ?? [];
  const key = single ?? double;
  const value = key === undefined ? undefined : own(artifact.metadata, key);
  return value === undefined ? undefined : textOf(value);
}

function escaped(text: string, times: number): string {
  return times === 0 ? text : escaped(JSON.stringify(text).slice(1, -1), times - 1);
}
