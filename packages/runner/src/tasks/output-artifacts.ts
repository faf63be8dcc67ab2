import type { OutputArtifactDefinition } from "@kfp-ts/api/pipeline-spec";
import { own } from "../values/own.ts";
import type { Artifact } from "../values/values.ts";
import type { ExecutorOutput, RuntimeArtifact } from "./executor-input.ts";

/**
 * The output artifacts of a task: what was planned for it, with what it wrote of them. Address and path replace the
 * planned ones where it says some, metadata is added to. Only of a list more than the first counts, as on a cluster.
 */
export function outputArtifacts(
  definitions: Readonly<Record<string, OutputArtifactDefinition>>,
  planned: Readonly<Record<string, { readonly artifacts: readonly RuntimeArtifact[] }>>,
  { artifacts: written = {} }: ExecutorOutput,
): Readonly<Record<string, readonly Artifact[]>> {
  const entries = Object.entries(definitions).map(([name, { isArtifactList }]): [string, readonly Artifact[]] => {
    const given = own(written, name)?.artifacts ?? [];
    const [first] = planned[name]?.artifacts ?? [];
    const base: RuntimeArtifact = first ?? { name, type: {}, uri: "", metadata: {} };
    if (isArtifactList === true) return [name, given.map((one) => merged(base, one))];
    return [name, [merged(base, given[0] ?? {})]];
  });
  return Object.fromEntries(entries);
}

function merged(base: RuntimeArtifact, { uri, metadata, customPath, name }: Partial<RuntimeArtifact>): Artifact {
  const path = customPath || base.customPath;
  return {
    name: name || base.name,
    type: base.type,
    uri: uri || base.uri,
    metadata: { ...base.metadata, ...metadata },
    ...(path ? { customPath: path } : {}),
  };
}
