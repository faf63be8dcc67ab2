import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";

/** A home directory of its own for each test of a file. */
export function ownHome() {
  let home = "";
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "kfp-ts-sdk-home-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const path = (name: string): string => join(home, name);
  return {
    path,
    env: (more: Readonly<Record<string, string>> = {}) => ({ HOME: home, ...more }),
    read: (name: string): string => readFileSync(path(name), "utf8"),
    write(name: string, text: string): string {
      mkdirSync(dirname(path(name)), { recursive: true, mode: 0o700 });
      writeFileSync(path(name), text, { mode: 0o600 });
      return path(name);
    },
  };
}
