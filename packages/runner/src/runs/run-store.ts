import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ParsedPipeline } from "@kfp-ts/api/pipeline-spec";
import { RunnerError } from "../errors/runner-error.ts";
import { stored } from "../events/event-log.ts";
import type { RunRecord } from "../events/run-event.ts";
import { removeTree } from "./remove-tree.ts";
import { type RunFolder, runFolder } from "./run-folder.ts";

/** The runs that are stored in a folder. */
export class RunStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Opens the folder, which is made where it is not there.
   *
   * @throws RunnerError (STORE_FAILED)
   */
  static async open(folder: string): Promise<RunStore> {
    await stored(folder, async () => {
      await mkdir(join(folder, "runs"), { recursive: true, mode: 0o700 });
      await mkdir(join(folder, "new"), { recursive: true, mode: 0o700 });
    });
    return new RunStore(folder);
  }

  folderOf(runId: string): RunFolder {
    return runFolder(this.#folder, runId);
  }

  /**
   * Stores a new run. It is there as a whole or not at all.
   *
   * @throws RunnerError OPTION_INVALID where the id is taken, STORE_FAILED
   */
  async create(record: RunRecord, pipeline: ParsedPipeline): Promise<RunFolder> {
    const folder = this.folderOf(record.runId);
    const draft = join(this.#folder, "new", randomUUID());
    await stored(folder.path, async () => {
      try {
        await mkdir(draft, { mode: 0o700 });
        await Promise.all([
          writeFile(join(draft, "run.json"), JSON.stringify(record), { mode: 0o600 }),
          writeFile(join(draft, "pipeline.json"), JSON.stringify(pipeline), { mode: 0o600 }),
        ]);
        await rename(draft, folder.path);
      } catch (error) {
        await rm(draft, { recursive: true, force: true });
        const { code } = error as NodeJS.ErrnoException;
        if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
        throw new RunnerError("OPTION_INVALID", `there is a run ${record.runId} already`);
      }
    });
    return folder;
  }

  /** @returns undefined where there is no such run. @throws RunnerError (STORE_FAILED) */
  async record(runId: string): Promise<RunRecord | undefined> {
    return await readJson<RunRecord>(this.folderOf(runId).record);
  }

  /** @throws RunnerError (STORE_FAILED) */
  async pipeline(runId: string): Promise<ParsedPipeline> {
    const { pipeline: file } = this.folderOf(runId);
    const pipeline = await readJson<ParsedPipeline>(file);
    if (pipeline === undefined) throw damaged(file, "it is not there");
    return pipeline;
  }

  /** Newest first. What is no run, or can not be read, is left out. @throws RunnerError (STORE_FAILED) */
  async list(): Promise<readonly RunRecord[]> {
    const folder = join(this.#folder, "runs");
    const names = await stored(folder, () => readdir(folder));
    const records = await Promise.all(names.map((name) => this.record(name).catch(() => undefined)));
    return records
      .filter((record) => record !== undefined)
      .sort((a, b) => b.createdAt - a.createdAt || (a.runId < b.runId ? -1 : 1));
  }

  /** Forgets a run: first its place, then what was there. @throws RunnerError (STORE_FAILED) */
  async delete(runId: string): Promise<void> {
    const { path } = this.folderOf(runId);
    const aside = join(this.#folder, "new", randomUUID());
    await stored(path, async () => {
      await rename(path, aside);
      await removeTree(aside);
    });
  }
}

async function readJson<T>(file: string): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    return await stored(file, () => Promise.reject(error));
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    throw damaged(file, "it is no JSON");
  }
}

function damaged(file: string, fact: string): RunnerError {
  return new RunnerError("STORE_FAILED", `${file} is damaged: ${fact}. The run cannot be read any more`);
}
