import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { RunnerError } from "../errors/runner-error.ts";
import type { Artifact } from "../values/values.ts";
import { type ArtifactStores, named } from "./artifact-stores.ts";
import { localPath } from "./local-path.ts";
import { openWithin, placeOf } from "./open-within.ts";
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
 * @param places - `temporary`: where it is put for as long as it is read, if it is elsewhere. `within`: where it has to
 *   be, if it is of this machine, wherever links lead and whatever changes while it is read; undefined for anywhere.
 * @returns undefined where nothing was written there.
 * @throws RunnerError (ARTIFACT_UNAVAILABLE)
 */
export async function artifactContent(
  artifact: Artifact,
  stores: ArtifactStores,
  { temporary, within }: { readonly temporary: string; readonly within: string | undefined },
): Promise<Content | undefined> {
  const store = stores.storeOf(artifact.uri);
  if (store === undefined) {
    return await contentOf(artifact, artifact.customPath ?? localPath(artifact.uri), within, async () => {});
  }
  const folder = await mkdtemp(join(temporary, "artifact-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "content");
    await store.download(artifact.uri, path, new AbortController().signal);
    const content = await contentOf(artifact, path, folder, remove);
    if (content === undefined) await remove();
    return content;
  } catch (error) {
    await remove();
    throw error;
  }
}

async function contentOf(
  artifact: Artifact,
  path: string,
  within: string | undefined,
  end: () => Promise<void>,
): Promise<Content | undefined> {
  try {
    const handle = await openWithin(path, within);
    if (handle === undefined) return undefined;
    try {
      const found = await handle.stat();
      if (found.isFile()) return { size: found.size, folder: false, content: ending(fileContent(path, within), end) };
      if (!found.isDirectory()) return undefined;
      const root = await placeOf(handle, path);
      return { size: undefined, folder: true, content: ending(tarFolder(root), end) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof RunnerError) throw new RunnerError("ARTIFACT_UNAVAILABLE", error.message, { cause: error });
    const { code } = error as NodeJS.ErrnoException;
    throw new RunnerError("ARTIFACT_UNAVAILABLE", `${named(artifact)} cannot be read (${code})`, { cause: error });
  }
}

/** Opened once it is read: who does not read it leaves nothing open. */
async function* fileContent(path: string, within: string | undefined): AsyncIterable<Uint8Array> {
  const handle = await openWithin(path, within);
  if (handle === undefined) throw new RunnerError("ARTIFACT_UNAVAILABLE", `${path} is not there any more`);
  yield* handle.createReadStream() as AsyncIterable<Uint8Array>;
}

async function* ending(content: AsyncIterable<Uint8Array>, end: () => Promise<void>): AsyncIterable<Uint8Array> {
  try {
    yield* content;
  } finally {
    await end();
  }
}
