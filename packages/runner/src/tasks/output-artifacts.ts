import { lstat, realpath } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";
import type { OutputArtifactDefinition } from "@kfp-ts/api/pipeline-spec";
import { localPath } from "../artifacts/local-path.ts";
import type { Artifact } from "../values/values.ts";
import type { ExecutorOutput, RuntimeArtifact } from "./executor-input.ts";
import { invalid } from "./executor-output.ts";

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
    const given = Object.hasOwn(written, name) ? (written[name]?.artifacts ?? []) : [];
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

/**
 * Checks that what a task gave as an artifact is no way out of its folder: a link that leads out of it would give others
 * what the task itself was not to see.
 *
 * @param folders - What the task may hand on: its own folder and what it was shown.
 * @throws RunnerError (OUTPUT_INVALID)
 */
export async function checkWithin(artifact: Artifact, folders: readonly string[]): Promise<void> {
  const path = artifact.customPath ?? localPath(artifact.uri);
  if (!isAbsolute(path)) return;
  const target = await realpath(path).catch(() => undefined);
  // Nothing was written there, which is no mistake, as on a cluster.
  if (target === undefined || (await lstat(path).then((stat) => stat.isFIFO() || stat.isSocket()))) return;
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  if (real.some((folder) => isWithin(folder, target))) return;
  throw invalid(`its output artifact ${artifact.name} is ${target}, which is not in its folder`);
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}
