import { cp, lstat, realpath, rm } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";
import { isLocal } from "../artifacts/artifact-stores.ts";
import { filesOf } from "../artifacts/files-of.ts";
import { localPath } from "../artifacts/local-path.ts";
import type { Artifact } from "../values/values.ts";
import type { ArtifactPlaces } from "./artifact-places.ts";
import { invalid } from "./executor-output.ts";
import type { TaskExecutorOptions } from "./task-executor.ts";

/**
 * Brings an artifact that a task has written to where its URI says, as the launcher of a cluster does: from a path of
 * the task's own choice, and to its storage. Where nothing was written there is nothing to bring, which is no mistake.
 *
 * @param given - As the component gave it.
 * @param folders - What the task may hand on: its own folder and what it was shown.
 * @returns the artifact as it is written down.
 * @throws RunnerError (OUTPUT_INVALID) for what is neither file nor folder, or leads out of the folders;
 *   ARTIFACT_UNAVAILABLE
 */
export async function settleArtifact(
  given: Artifact,
  places: ArtifactPlaces,
  folders: readonly string[],
  options: TaskExecutorOptions,
  signal: AbortSignal,
): Promise<Artifact> {
  const { customPath, ...rest } = given;
  const uri = places.recorded(given.uri);
  if (uri === undefined) {
    throw invalid(`its output artifact ${given.name} is to be at ${given.uri}, which nobody but the task can see`);
  }
  const artifact: Artifact = { ...rest, uri };
  const place = places.host(localPath(given.uri));
  const content = customPath ? places.host(customPath) : place;
  if (content === undefined || !isAbsolute(content)) return artifact;
  // Without isolation a task may name whatever its user has; a link is refused all the same.
  const chosen = !options.movesPaths && (customPath !== undefined || (place !== undefined && !places.isOwn(place)));
  if (!(await isThere(given.name, content, chosen ? undefined : folders))) return artifact;
  if (place !== undefined && content !== place && places.isOwn(place)) {
    await filesOf(content);
    await rm(place, { recursive: true, force: true });
    await cp(content, place, { recursive: true, errorOnExist: true });
  }
  if (place !== undefined && places.isOwn(place) && !isLocal(artifact.uri)) {
    await options.artifacts.storeOf(artifact.uri)?.upload(place, artifact.uri, signal);
  }
  return artifact;
}

async function isThere(name: string, path: string, folders: readonly string[] | undefined): Promise<boolean> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined) return false;
  const target = await realpath(path).catch(() => undefined);
  // What it leads to may come later.
  if (target === undefined) throw invalid(`its output artifact ${name} is a symbolic link to nothing`);
  const found = await lstat(target);
  if (!found.isFile() && !found.isDirectory()) {
    throw invalid(`its output artifact ${name} is neither a file nor a folder`);
  }
  if (folders === undefined && !stat.isSymbolicLink()) return true;
  const real = await Promise.all((folders ?? []).map((folder) => realpath(folder).catch(() => folder)));
  if (real.some((folder) => isWithin(folder, target))) return true;
  throw invalid(`its output artifact ${name} is ${target}, which is not in its folder`);
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}
