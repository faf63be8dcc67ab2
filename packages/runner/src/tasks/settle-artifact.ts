import { randomUUID } from "node:crypto";
import { lstat, realpath, rename, rm } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import { isLocal } from "../artifacts/artifact-stores.ts";
import { copyWithin } from "../artifacts/copy-within.ts";
import { filesOf } from "../artifacts/files-of.ts";
import { localPath } from "../artifacts/local-path.ts";
import { isWithin } from "../artifacts/open-within.ts";
import type { Artifact } from "../values/values.ts";
import type { ArtifactPlaces } from "./artifact-places.ts";
import { invalid } from "./executor-output.ts";
import type { TaskExecutorOptions } from "./task-executor.ts";

/**
 * Brings an artifact that a task has written to where its URI says, as the launcher of a cluster does: from a path of
 * the task's own choice, and to its storage. Where nothing was written there is nothing to bring, which is no mistake.
 *
 * @param given - As the component gave it.
 * @returns the artifact as it is written down.
 * @throws RunnerError (OUTPUT_INVALID) for what is neither file nor folder, or leads out of the folders;
 *   ARTIFACT_UNAVAILABLE
 */
export async function settleArtifact(
  given: Artifact,
  places: ArtifactPlaces,
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
  const folders = places.folders(content);
  const apart = options.movesPaths;
  if (!(await isThere(given.name, content, { folders: chosen ? undefined : folders, apart }))) return artifact;
  if (place !== undefined && content !== place && places.isOwn(place)) {
    await filesOf(content);
    if (apart) await isThere(given.name, place, { folders: places.folders(place), apart });
    if (isWithin(content, place)) {
      throw invalid(`its output artifact ${given.name} is said to be ${content}, which its own place is in`);
    }
    // Beside its place first: what is copied may be a part of what stands there.
    const fresh = `${place}.${randomUUID()}`;
    try {
      await copyWithin(content, fresh, apart ? folders.find((folder) => isWithin(folder, content)) : undefined);
      await rm(place, { recursive: true, force: true });
      await rename(fresh, place);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
  if (place !== undefined && places.isOwn(place) && !isLocal(artifact.uri)) {
    await options.artifacts.storeOf(artifact.uri)?.upload(place, artifact.uri, signal);
  }
  return artifact;
}

/**
 * Whether something stands at a path. It has to be in one of the folders, wherever links lead.
 *
 * @param options - `apart`: so has the place of what is not there, since it might come to be there.
 */
async function isThere(
  name: string,
  path: string,
  { folders, apart }: { readonly folders: readonly string[] | undefined; readonly apart: boolean },
): Promise<boolean> {
  let standing = path;
  let stat = await lstat(path).catch(() => undefined);
  if (stat === undefined && !apart) return false;
  while (stat === undefined && standing !== "/") {
    standing = dirname(standing);
    stat = await lstat(standing).catch(() => undefined);
  }
  const target = await realpath(standing).catch(() => undefined);
  // What it leads to may come later.
  if (target === undefined) throw invalid(`its output artifact ${name} is a symbolic link to nothing`);
  const found = await lstat(target);
  if (!found.isFile() && !found.isDirectory()) {
    throw invalid(`its output artifact ${name} is neither a file nor a folder`);
  }
  if (folders === undefined && stat?.isSymbolicLink() !== true) return true;
  const real = await Promise.all((folders ?? []).map((folder) => realpath(folder).catch(() => folder)));
  if (real.some((folder) => isWithin(folder, target))) return standing === path;
  throw invalid(`its output artifact ${name} is ${target}, which is not in its folder`);
}
