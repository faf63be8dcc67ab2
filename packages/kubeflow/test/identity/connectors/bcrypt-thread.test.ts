import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import bcrypt from "bcryptjs";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Thread from "../../../src/identity/connectors/bcrypt/bcrypt-thread.ts";

// As it is published: one file of JavaScript, because the Node of these tests may not read TypeScript.
const source = new URL("../../../src/identity/connectors/bcrypt/bcrypt-thread.ts", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "kfp-ts-thread-"));
const bundle = join(folder, "bundle.mjs");
const hash = bcrypt.hashSync("right", 10);
let threads: typeof Thread;

beforeAll(async () => {
  const entryPoints = [fileURLToPath(source)];
  await build({ entryPoints, bundle: true, format: "esm", platform: "node", outfile: bundle, logLevel: "error" });
  threads = await import(pathToFileURL(bundle).href);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the thread that compares passwords", () => {
  it("finds itself in a bundle, and leaves the event loop free", async () => {
    const thread = new threads.BcryptThread();
    expect(await thread.compare("right", hash)).toBe(true);
    let turns = 0;
    let compared = false;
    const wrong = thread.compare("wrong", hash).finally(() => {
      compared = true;
    });
    while (!compared) {
      turns++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await wrong).toBe(false);
    // Here, a hash would take everything that the loop has between two turns.
    expect(turns).toBeGreaterThan(10);
    await thread.close();
  });

  it("fails what it was asked when it dies, and begins anew with the next question", async () => {
    const thread = new threads.BcryptThread();
    const asked = thread.compare("right", hash);
    await thread.close();
    await expect(asked).rejects.toMatchObject({ name: "ConnectorUnavailableError" });
    expect(await thread.compare("right", hash)).toBe(true);
    await thread.close();
  });

  it("keeps a process until it has answered, and no longer", () => {
    const script = join(folder, "script.mjs");
    const lines = [
      `import { BcryptThread } from ${JSON.stringify(pathToFileURL(bundle).href)};`,
      `console.log(await new BcryptThread().compare("right", ${JSON.stringify(hash)}));`,
    ];
    writeFileSync(script, lines.join("\n"));
    expect(execFileSync(process.execPath, [script], { encoding: "utf8", timeout: 15_000 })).toBe("true\n");
  });
});
