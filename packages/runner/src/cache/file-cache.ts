import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ArtifactStores, isLocal } from "../artifacts/artifact-stores.ts";
import { localPath } from "../artifacts/local-path.ts";
import { stored } from "../events/event-log.ts";
import type { RunRecord } from "../events/run-event.ts";
import { outputFileName } from "../tasks/output-file-name.ts";
import type { Artifact, Values } from "../values/values.ts";
import { Blobs, type KeptFile } from "./blobs.ts";
import { cacheKey } from "./cache-key.ts";
import type { ResultCache } from "./result-cache.ts";

/** What a cache in a folder is made with. */
export interface FileCacheOptions {
  /** Made where it is not there, open to nobody else. It can be removed at any time. */
  readonly folder: string;
  readonly record: RunRecord;
  /** Whether the tasks of the run share a folder: then what one did there is part of its result, and is not kept. */
  readonly sharesWorkspace: boolean;
  readonly artifacts: ArtifactStores;
}

/** An artifact of an entry; `files` are those of a local one, undefined where nothing was written. */
interface KeptArtifact extends Omit<Artifact, "uri"> {
  readonly uri?: string;
  readonly files?: readonly KeptFile[];
}

interface Entry {
  readonly runId: string;
  readonly task: string;
  readonly parameters: Values["parameters"];
  readonly artifacts: Readonly<Record<string, readonly KeptArtifact[]>>;
}

/**
 * Results of tasks in a folder: a file for each, and the contents of their artifacts, each once. They stay when the run
 * that made them is deleted.
 */
export function fileCache({ folder, record, sharesWorkspace, artifacts }: FileCacheOptions): ResultCache {
  const blobs = new Blobs(join(folder, "contents"));
  const entryFile = (key: string) => join(folder, "results", key.slice(0, 2), `${key}.json`);
  return {
    async keyOf(ready, component, program) {
      if (!ready.task.cache.enabled) return undefined;
      if (sharesWorkspace && ready.task.cache.key === undefined) return undefined;
      try {
        return await cacheKey(ready, component, { record, artifacts, ...program });
      } catch (error) {
        // What cannot be read has no identity; whether the task can do without it is seen when it is executed.
        if (program.signal.aborted) throw error;
        return undefined;
      }
    },
    async find(key, artifactsFolder) {
      const entry = readEntry(entryFile(key));
      if (entry === undefined) return undefined;
      const restored = new Map<string, readonly Artifact[]>();
      for (const [name, list] of Object.entries(entry.artifacts)) {
        const place = join(artifactsFolder, outputFileName(name));
        const found: Artifact[] = [];
        for (const [index, kept] of list.entries()) {
          const { files, uri, ...rest } = kept;
          const path = list.length === 1 ? place : join(place, String(index));
          if (uri === undefined && files !== undefined) {
            await stored(artifactsFolder, () => mkdir(dirname(path), { recursive: true, mode: 0o700 }));
            const whole = await stored(path, () => blobs.restore(files, path));
            if (!whole) {
              await rm(entryFile(key), { force: true });
              await rm(artifactsFolder, { recursive: true, force: true });
              return undefined;
            }
          }
          found.push({ ...rest, uri: uri ?? path });
        }
        restored.set(name, found);
      }
      const outputs = { parameters: entry.parameters, artifacts: Object.fromEntries(restored) };
      return { outputs, from: { runId: entry.runId, task: entry.task } };
    },
    async store(key, task, outputs) {
      try {
        const kept = new Map<string, readonly KeptArtifact[]>();
        for (const [name, list] of Object.entries(outputs.artifacts)) {
          kept.set(name, await Promise.all(list.map((artifact) => keep(artifact, blobs))));
        }
        await writeEntry(entryFile(key), {
          runId: record.runId,
          task,
          parameters: outputs.parameters,
          artifacts: Object.fromEntries(kept),
        });
      } catch {
        // A full disk, or an artifact with a link in it: the task has its result, and later ones are executed.
      }
    },
  };
}

async function keep({ uri, ...rest }: Artifact, blobs: Blobs): Promise<KeptArtifact> {
  if (!isLocal(uri)) return { ...rest, uri };
  const files = await blobs.keep(localPath(uri));
  return { ...rest, ...(files === undefined ? {} : { files }) };
}

/** An entry is written whole or not at all, with a hash of itself: a damaged one is none. */
async function writeEntry(file: string, entry: Entry): Promise<void> {
  const text = JSON.stringify(entry);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${randomUUID()}`;
  try {
    await writeFile(fresh, `${hashOf(text)}\n${text}`, { mode: 0o600 });
    await rename(fresh, file);
  } finally {
    await rm(fresh, { force: true });
  }
}

/** At once: an entry is small, and a task of which all is known takes little more than this. */
function readEntry(file: string): Entry | undefined {
  try {
    const content = readFileSync(file, "utf8");
    const text = content.slice(content.indexOf("\n") + 1);
    return content.startsWith(`${hashOf(text)}\n`) ? (JSON.parse(text) as Entry) : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
