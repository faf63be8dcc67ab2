import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@kfp-ts/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const command = fileURLToPath(new URL("../../packages/cli/dist/kfp-ts.js", import.meta.url));
let home: string;
let running: ChildProcess | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "kfp-ts-kill-"));
});
afterEach(() => {
  running?.kill("SIGKILL");
  rmSync(home, { recursive: true });
});

/** Starts `kfp-ts serve` on a free port and waits until it says where it is. */
async function serve(): Promise<string> {
  const child = spawn(process.execPath, [command, "serve", "--port", "0", "--data", join(home, "data")], {
    env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: undefined, XDG_STATE_HOME: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running = child;
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  for (;;) {
    const url = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(said)?.[0];
    if (url !== undefined) return url;
    if (child.exitCode !== null) throw new Error(`kfp-ts serve ended with ${child.exitCode}: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("a server that is killed in the middle of a thousand writes", () => {
  it.each([50, 200, 450])(
    "after %d answers has everything that it acknowledged when it is back",
    { timeout: 120_000 },
    async (kills) => {
      const acknowledged = new Map<string, string>();
      const client = new Client({ host: await serve(), maxRetries: 0 });
      const writes = Array.from({ length: 1000 }, async (_, index) => {
        const displayName = `experiment ${index}`;
        const experiment = await client.experiments.create({ displayName });
        acknowledged.set(experiment.experimentId, displayName);
        if (acknowledged.size === kills) running?.kill("SIGKILL");
      });
      const results = await Promise.allSettled(writes);
      expect(results.filter(({ status }) => status === "rejected").length).toBeGreaterThan(0);
      expect(acknowledged.size).toBeGreaterThanOrEqual(kills);
      await client.close();
      if (running?.signalCode === null) await once(running, "exit");

      const again = new Client({ host: await serve() });
      const stored = new Map<string, string>();
      for await (const { experimentId, displayName } of again.experiments.list({ pageSize: 200 })) {
        stored.set(experimentId, displayName);
      }
      for (const [id, displayName] of acknowledged) expect(stored.get(id)).toBe(displayName);
      // What was not acknowledged is there whole or not at all, and its name is free or taken accordingly.
      const { totalSize } = await again.experiments.list();
      expect(totalSize).toBe(stored.size);
      await again.close();
    },
  );
});
