import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { run } from "../support/run.ts";

const script = fileURLToPath(new URL("full-disk.mjs", import.meta.url));

interface Filled {
  readonly refusal: { readonly status: number; readonly message: string };
  readonly readable: readonly string[];
  readonly acknowledged: readonly string[];
}

it("a full disk is said to be one, hinders no reading, loses nothing, and the server goes on when there is room", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kfp-ts-full-disk-"));
  try {
    const inside =
      'ip link set lo up && mount -t tmpfs -o size=14m tmpfs "$1" && "$2" "$3" fill "$1" && "$2" "$3" read "$1"';
    const ended = await run("unshare", ["-rnm", "sh", "-c", inside, "sh", folder, process.execPath, script]);
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    const [filled, stored] = ended.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown) as [Filled, string[]];
    expect(filled.refusal.status).toBe(503);
    expect(filled.refusal.message).toMatch(/The disk of .* is full/);
    expect(filled.readable.length).toBeGreaterThan(5);
    expect([...filled.readable, filled.acknowledged.at(-1)].sort()).toEqual([...filled.acknowledged].sort());
    expect([...stored].sort()).toEqual([...filled.acknowledged].sort());
  } finally {
    rmSync(folder, { recursive: true });
  }
});
