import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { type Outcome, outcomeOf } from "../embedded.ts";
import { type FakeOptions, fakeIo } from "../fake-io.ts";

/** A home directory of its own for each test of a file. */
export function ownHome() {
  let home = "";
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "kfp-ts-home-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const path = (name: string): string => join(home, name);
  const config = ".config/kfp-ts/config.yaml";
  return {
    path,
    env: (more: Readonly<Record<string, string>> = {}) => ({ HOME: home, XDG_RUNTIME_DIR: home, ...more }),
    /** Runs a command line in it. */
    kfp: (argv: readonly string[], options: Omit<FakeOptions, "argv"> = {}): Promise<Outcome> =>
      outcomeOf(fakeIo({ ...options, argv, env: { HOME: home, XDG_RUNTIME_DIR: home, ...options.env } })),
    write(name: string, text: string): string {
      mkdirSync(dirname(path(name)), { recursive: true, mode: 0o700 });
      writeFileSync(path(name), text, { mode: 0o600 });
      return path(name);
    },
    config: () => readFileSync(path(config), "utf8"),
    writeConfig(text: string): string {
      return this.write(config, text);
    },
    modeOf: (name: string) => statSync(path(name)).mode & 0o777,
  };
}
