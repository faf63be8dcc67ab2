import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { RunnerError } from "../errors/runner-error.ts";
import type { Artifact } from "../values/values.ts";
import { type ArtifactStores, named } from "./artifact-stores.ts";
import { localPath } from "./local-path.ts";
import { tarFolder } from "./tar-folder.ts";

/** The bytes of an artifact. */
export interface Content {
  /** In bytes; undefined where that is not known before. */
  readonly size: number | undefined;
  /** Whether it is a folder, and the bytes are a tar archive of it. */
  readonly folder: boolean;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The content of an artifact, wherever it is.
 *
 * @param temporary - Where it is put for as long as it is read, if it is elsewhere.
 * @returns undefined where nothing was written there.
 * @throws RunnerError (ARTIFACT_UNAVAILABLE)
 */
export async function artifactContent(
  artifact: Artifact,
  stores: ArtifactStores,
  temporary: string,
): Promise<Content | undefined> {
  const store = stores.storeOf(artifact.uri);
  if (store === undefined)
    return await contentOf(artifact, artifact.customPath ?? localPath(artifact.uri), async () => {});
  const folder = await mkdtemp(join(temporary, "artifact-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "content");
    await store.download(artifact.uri, path, new AbortController().signal);
    const content = await contentOf(artifact, path, remove);
    if (content === undefined) await remove();
    return content;
  } catch (error) {
    await remove();
    throw error;
  }
}

async function contentOf(artifact: Artifact, path: string, end: () => Promise<void>): Promise<Content | undefined> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return { size: undefined, folder: true, content: ending(tarFolder(path), end) };
    if (found.isFile()) return { size: found.size, folder: false, content: ending(createReadStream(path), end) };
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new RunnerError("ARTIFACT_UNAVAILABLE", `${named(artifact)} cannot be read (${code})`, { cause: error });
  }
}

async function* ending(content: AsyncIterable<Uint8Array>, end: () => Promise<void>): AsyncIterable<Uint8Array> {
  try {
    yield* content;
  } finally {
    await end();
  }
}
