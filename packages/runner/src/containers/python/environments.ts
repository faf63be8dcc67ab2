import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RunnerError } from "../../errors/runner-error.ts";
import type { PipInstall } from "./lightweight.ts";

/** How long pip may take, in milliseconds. */
const INSTALL_MS = 15 * 60_000;

/** What environments are made with. */
export interface EnvironmentsOptions {
  readonly folder: string;
  readonly python: string;
  /** What pip needs to find packages: PATH, proxies, its own configuration. */
  readonly env: Readonly<Record<string, string>>;
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
    const { folder } = this.#options;
    const draft = join(folder, `making-${randomUUID()}`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await this.#run(this.#options.python, ["-m", "venv", draft]);
      for (const { requirements, options } of installs) {
        const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-warn-script-location"];
        await this.#run(join(draft, "bin", "python3"), [...pip, ...options, "--", ...requirements]);
      }
      await writeFile(join(draft, "complete"), "");
      await rm(place, { recursive: true, force: true });
      await rename(draft, place);
      return python;
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      // Another process has made the same one in between.
      if (await exists(join(place, "complete"))) return python;
      throw error;
    }
  }

  async #version(): Promise<string> {
    return await this.#run(this.#options.python, ["-c", "import sys; print(sys.version, sys.prefix)"]);
  }

  #run(file: string, args: readonly string[]): Promise<string> {
    const { env } = this.#options;
    return new Promise((resolve, reject) => {
      execFile(file, [...args], { env, timeout: INSTALL_MS, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new RunnerError("ENVIRONMENT_FAILED", failure(file, args, error, `${stdout}\n${stderr}`)));
      });
    });
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
