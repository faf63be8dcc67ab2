import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../../../src/store/open.ts";
import { runs } from "../records.ts";

const root = fileURLToPath(new URL("../../../../../", import.meta.url));
let directory: string;
let program: string;

// The writer is a process of its own, of plain JavaScript; it stands where the packages it loads are found.
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kfp-ts-kill-"));
  program = join(root, "node_modules", ".cache", `kfp-ts-kill-${process.pid}`, "writer.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./writer.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    alias: { "@kfp-ts/api": join(root, "packages/api/src/index.ts") },
    logLevel: "error",
  });
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
  await rm(join(program, ".."), { recursive: true, force: true });
});

test("a database that another process has open is refused with its id, until it is killed", async () => {
  const path = join(directory, "in-use.db");
  const writer = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => writer.once("exit", resolve));
  await new Promise((resolve) => writer.stdout.once("data", resolve));
  await expect(openStore({ database: { kind: "sqlite", path } })).rejects.toMatchObject({
    code: "IN_USE",
    message: expect.stringContaining(`in use by another process (process ${writer.pid})`),
  });
  writer.kill("SIGKILL");
  await ended;
  await (await openStore({ database: { kind: "sqlite", path } })).close();
});

test("kill -9 in the middle of a thousand concurrent writes: everything acknowledged is there", {
  timeout: 60_000,
}, async () => {
  const path = join(directory, "kfp.db");
  const acknowledged = new Set<string>();
  for (const after of [1, 200, 700, 1500]) {
    const before = acknowledged.size;
    const writer = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => writer.once("exit", (_, signal) => resolve(signal)));
    for await (const line of createInterface(writer.stdout)) {
      acknowledged.add(line);
      if (acknowledged.size - before >= after) writer.kill("SIGKILL");
    }
    expect(await ended).toBe("SIGKILL");
    const store = await openStore({ database: { kind: "sqlite", path } });
    for (const id of acknowledged) expect(await store.runs.get(id), id).toBeDefined();
    const { totalSize } = await store.runs.list({ ...runs(), experimentId: "e" });
    const every = runs({ where: [{ operation: "GREATER_THAN", key: "created_at", value: 0 }] });
    expect(totalSize).toBe((await store.runs.list(every)).totalSize);
    expect(totalSize).toBeGreaterThanOrEqual(acknowledged.size);
    await store.close();
  }
});
