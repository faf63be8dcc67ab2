import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { RunnerError } from "../../errors/runner-error.ts";
import type { Isolation } from "../../isolation/isolation.ts";
import { removeTree } from "../../runs/remove-tree.ts";
import { takeLock } from "../../runs/run-lock.ts";
import type { Mount } from "../container-runtime.ts";
import type { PipInstall } from "./lightweight.ts";

/** How long pip may take, in milliseconds. */
const INSTALL_MS = 15 * 60_000;
/** Folders of an environment while it is made. */
const [HOME, TEMPORARY] = [".home", ".tmp"];

/** What environments are made with. */
export interface EnvironmentsOptions {
  readonly folder: string;
  readonly python: string;
  /** What pip needs to find packages: PATH, proxies, its own configuration. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * What keeps pip apart: packages can have programs of their own executed when they are installed, and an environment
   * whatever was installed before. Isolated tasks get isolated environments.
   */
  readonly isolation: Isolation;
  /** What an interpreter needs to see: its own folders. */
  readonly interpreterMounts: () => Promise<readonly Mount[]>;
}

/** Virtual environments, one for each list of requirements. They are made once and can be thrown away. */
export class PythonEnvironments {
  readonly #options: EnvironmentsOptions;
  readonly #underWay = new Map<string, Promise<string>>();

  constructor(options: EnvironmentsOptions) {
    this.#options = options;
  }

  /**
   * The interpreter of an environment in which all of this is installed.
   *
   * @throws RunnerError (ENVIRONMENT_FAILED)
   */
  async pythonWith(installs: readonly PipInstall[]): Promise<string> {
    const { python, folder } = this.#options;
    const key = createHash("sha256")
      .update(JSON.stringify([python, await this.#version(), installs]))
      .digest("hex")
      .slice(0, 32);
    const place = join(folder, key);
    let making = this.#underWay.get(key);
    if (making === undefined) {
      making = this.#make(place, installs).finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, making);
    }
    return await making;
  }

  async #make(place: string, installs: readonly PipInstall[]): Promise<string> {
    const python = join(place, "bin", "python3");
    // The mark is written last: what has none is what a process left that was ended.
    if (await exists(join(place, "complete"))) return python;
    const release = await lockOf(this.#options.folder, basename(place));
    try {
      // Another process may have made it in between: then it is in use, and must stay as it is.
      if (!(await exists(join(place, "complete")))) await this.#build(place, installs);
      return python;
    } finally {
      await release();
    }
  }

  async #build(place: string, installs: readonly PipInstall[]): Promise<void> {
    const draft = join(this.#options.folder, `making-${randomUUID()}`);
    try {
      await this.#run(this.#options.python, ["-m", "venv", draft]);
      for (const { requirements, options } of installs) {
        const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-warn-script-location"];
        const { flags, env } = indexes(options);
        await this.#install(draft, [...pip, ...flags, "--", ...requirements], env);
      }
      for (const name of [HOME, TEMPORARY]) await rm(join(draft, name), { recursive: true, force: true });
      await nameAfter(place, draft);
      // Not through a link: what was installed may have put one there.
      await writeFile(join(draft, "complete"), "", { flag: "wx" });
      await rm(place, { recursive: true, force: true });
      await rename(draft, place);
    } catch (error) {
      await removeTree(draft);
      throw error instanceof RunnerError ? error : spoiled(installs, error);
    }
  }

  async #install(draft: string, args: readonly string[], more: Readonly<Record<string, string>>): Promise<void> {
    const { isolation, interpreterMounts, env } = this.#options;
    const python = join(draft, "bin", "python3");
    if (isolation.name === "none") {
      await this.#run(python, args, { ...env, ...more });
      return;
    }
    for (const name of [HOME, TEMPORARY]) await mkdir(join(draft, name), { recursive: true, mode: 0o700 });
    const mounts = [...(await interpreterMounts()), { source: draft, target: draft, writable: true }];
    const line = isolation.wrap({ file: python, args, cwd: draft, mounts, network: true });
    const homes = { HOME: join(draft, HOME), TMPDIR: join(draft, TEMPORARY), PIP_NO_CACHE_DIR: "1" };
    await this.#run(line.file, line.args, { ...(await this.#settings()), ...env, ...more, ...homes }, args);
  }

  /** What pip's files of configuration say, as its variables: isolated, it does not see the files. */
  async #settings(): Promise<Record<string, string>> {
    const list = await this.#run(this.#options.python, ["-m", "pip", "config", "list"]).catch(() => "");
    const settings: Record<string, string> = {};
    for (const [, name = "", value = ""] of list.matchAll(/^(?:global|install)\.([\w-]+)='(.*)'$/gm)) {
      settings[`PIP_${name.toUpperCase().replaceAll("-", "_")}`] = value.replaceAll("\\n", " ").trim();
    }
    return settings;
  }

  async #version(): Promise<string> {
    return await this.#run(this.#options.python, ["-c", "import sys; print(sys.version, sys.prefix)"]);
  }

  #run(file: string, args: readonly string[], env = this.#options.env, told = args): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(file, [...args], { env, timeout: INSTALL_MS, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new RunnerError("ENVIRONMENT_FAILED", failure(file, told, error, `${stdout}\n${stderr}`)));
      });
    });
  }
}

/** What was installed has made something else of its environment; a full disk is nobody's mistake. */
function spoiled(installs: readonly PipInstall[], error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EROFS") return error;
  const what = installs.flatMap(({ requirements }) => requirements).join(" ");
  return new RunnerError("ENVIRONMENT_FAILED", `what ${what} installs cannot be used: ${message}`, { cause: error });
}

/** Only one process makes an environment; the others wait for it, and take over where it was ended. */
async function lockOf(folder: string, name: string): Promise<() => Promise<void>> {
  const locks = join(folder, ".locks", name);
  await mkdir(locks, { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      return await takeLock(locks);
    } catch (error) {
      // Whoever has it is bound in time by pip's limit.
      if (!(error instanceof RunnerError) || error.code !== "RUN_BUSY") throw error;
      await setTimeout(200);
    }
  }
}

/**
 * Where packages come from goes to pip in its environment: the URL of an index can have a password, and everybody on the
 * machine can read argument lists.
 */
function indexes(options: readonly string[]): { flags: string[]; env: Record<string, string> } {
  const names: Readonly<Record<string, string>> = {
    "--index-url": "PIP_INDEX_URL",
    "--extra-index-url": "PIP_EXTRA_INDEX_URL",
    "--trusted-host": "PIP_TRUSTED_HOST",
    "--find-links": "PIP_FIND_LINKS",
  };
  const flags: string[] = [];
  const env: Record<string, string> = {};
  const words = [...options];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const name = names[word];
    if (name === undefined) flags.push(word);
    else env[name] = [...(env[name] === undefined ? [] : [env[name]]), words.shift() ?? ""].join(" ");
  }
  return { flags, env };
}

/** The programs of an environment begin with its path: with the one that it will have. */
async function nameAfter(place: string, draft: string): Promise<void> {
  const programs = join(draft, "bin");
  for (const entry of await readdir(programs, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(programs, entry.name);
    const text = await readFile(file, "latin1");
    if (text.includes(draft)) await writeFile(file, text.replaceAll(draft, place), "latin1");
  }
}

function failure(file: string, args: readonly string[], error: Error & { code?: unknown }, output: string): string {
  if (error.code === "ENOENT") return `there is no program ${file}: install Python 3, or say which with --python`;
  const lines = output.trim().split("\n").slice(-12).join("\n");
  const what = args.includes("pip")
    ? `pip cannot install ${args.slice(args.indexOf("--") + 1).join(" ")}`
    : `${file} ${args.slice(0, 2).join(" ")} failed`;
  return withoutPasswords(`${what}:\n${lines || error.message}`);
}

/** An index can have a user and a password in its URL. */
function withoutPasswords(text: string): string {
  return text.replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi, "$1***@");
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
