import { mkdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { JsonObject } from "@kfp-ts/api";
import type { Environment } from "../environment.ts";
import { isKfpError, KfpError } from "../errors/kfp-error.ts";
import { type Config, type Context, emptyConfig } from "./context.ts";
import { contextUnusable } from "./context-unusable.ts";
import { whileLocked } from "./file-lock.ts";
import { fileReason } from "./file-reason.ts";
import { placesOf } from "./places.ts";
import { replacePrivateFile } from "./private-file.ts";

const HEADER = "# Written by kfp-ts context. No secret stands here, only where one is. Comments are not kept.\n";

/**
 * What the configuration of this user says; nothing where there is none.
 *
 * @throws KfpError CONTEXT_UNUSABLE where it cannot be read, is wrong, or can be changed by everybody: it names programs that are run.
 */
export async function loadConfig(env: Environment): Promise<Config> {
  const file = placesOf(env)?.config;
  if (file === undefined) return emptyConfig;
  const text = await textOf(file);
  if (text === undefined) return emptyConfig;
  const { readConfig } = await import("./read-config.ts");
  return readConfig(text, file);
}

/** More than thousands of contexts. */
const MAX_BYTES = 4 * 1024 * 1024;

async function textOf(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    // A pipe that nobody writes to would never be read.
    if (!found.isFile() && !found.isDirectory()) throw contextUnusable(`${file} is no file.`, "Move it away.");
    if (found.size > MAX_BYTES)
      throw contextUnusable(`${file} is larger than 4 MiB.`, "It is none of ours: move it away.");
    if (process.platform !== "win32" && (found.mode & 0o002) !== 0) {
      throw contextUnusable(`${file} can be changed by everybody on this machine.`, `chmod 600 ${file}`);
    }
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (isKfpError(error)) throw error;
    throw contextUnusable(`${file} cannot be read: ${fileReason(error)}.`, "Correct its permissions, or move it away.");
  }
}

/**
 * Changes the configuration of this user: reads it, and writes what `change` makes of it, whole. Of several processes that
 * do so at the same time none undoes what another has done.
 *
 * @throws KfpError CONTEXT_UNUSABLE, FILE_UNWRITABLE
 */
export async function changeConfig(env: Environment, change: (config: Config) => Config): Promise<Config> {
  const places = placesOf(env);
  if (places === undefined) {
    throw contextUnusable(
      "This user has no home directory, so there is no place for contexts.",
      "Set HOME or XDG_CONFIG_HOME.",
    );
  }
  try {
    const folder = dirname(places.config);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await whileLocked(join(folder, ".config.lock"), async () => {
      const before = await loadConfig(env);
      const after = change(before);
      if (after !== before) await replace(places.config, await textFor(after));
      return after;
    });
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new KfpError("FILE_UNWRITABLE", {
      message: `${places.config} cannot be written: ${fileReason(error)}.`,
      fix: "Correct the permissions there, or set XDG_CONFIG_HOME.",
      cause: error,
    });
  }
}

/** Some keep their configuration elsewhere and a link at its place. */
async function replace(path: string, text: string): Promise<void> {
  await replacePrivateFile(await realpath(path).catch(() => path), text);
}

async function textFor({ current, contexts }: Config): Promise<string> {
  const { dump } = await import("js-yaml");
  const value = {
    ...(current !== undefined && { current }),
    contexts: Object.fromEntries([...contexts].map(([name, context]) => [name, plainContext(context)])),
  };
  return HEADER + dump(value, { lineWidth: -1, noRefs: true });
}

/** A context as the file has it. */
export function plainContext({ endpoint, namespace, credentials, tls }: Context): JsonObject {
  return JSON.parse(JSON.stringify({ endpoint, namespace, credentials, tls })) as JsonObject;
}
