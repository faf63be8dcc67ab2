import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { announcedServers, announcementFolder, processStart } from "@kfp-ts/sdk/announcements";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { announce, announced } from "../../src/serve/announce.ts";
import { announcing, silentLog } from "../announcing.ts";

let base: string;
let env: { readonly XDG_RUNTIME_DIR: string };
let folder: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "kfp-ts-announce-"));
  env = { XDG_RUNTIME_DIR: base };
  folder = announcementFolder(env);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const server = (port: number, startedAt = "2026-01-01T00:00:00Z") => ({
  endpoint: `http://127.0.0.1:${port}`,
  version: "1.2.3",
  startedAt: new Date(startedAt),
  multiUser: false,
});

describe("a server that runs", () => {
  test("is found by programs of the same user until it stops", async () => {
    const running = await announcing(env);
    const [found] = await announcedServers(env);
    expect(found).toEqual({
      endpoint: running.url,
      processId: process.pid,
      version: "test",
      startedAt: expect.any(Date),
      multiUser: false,
    });
    expect((await fetch(`${found?.endpoint}/apis/v2beta1/healthz`)).status).toBe(200);
    await running.close();
    expect(await announcedServers(env)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("announces itself where nobody else can look", async () => {
    await announce(folder, server(1));
    const [name = ""] = readdirSync(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test("says where its gateway is, where it has one", async () => {
    await announce(folder, { ...server(1), gateway: "http://127.0.0.1:8080/pipeline" });
    expect(await announcedServers(env)).toMatchObject([{ gateway: "http://127.0.0.1:8080/pipeline" }]);
  });

  test("comes before an older one", async () => {
    await announce(folder, server(1, "2026-01-01T00:00:00Z"));
    await announce(folder, server(2, "2026-01-02T00:00:00Z"));
    expect((await announcedServers(env)).map(({ endpoint }) => endpoint)).toEqual([
      "http://127.0.0.1:2",
      "http://127.0.0.1:1",
    ]);
  });

  test("starts without being announced where the folder is not safe, and says so", async () => {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (_: unknown, message: string) => void warnings.push(message) };
    const withdraw = await announced(env, server(1), log);
    expect(warnings).toEqual([expect.stringContaining("not announced")]);
    await withdraw();
  });
});

describe("a server that is gone", () => {
  test("is not found, and is cleared away by the next one", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    await announce(folder, server(1));
    const left = { ...server(9), processId: child.pid, processStart: "1" };
    writeFileSync(join(folder, "left.json"), JSON.stringify(left));
    expect((await announcedServers(env)).map(({ endpoint }) => endpoint)).toEqual(["http://127.0.0.1:1"]);
    await announce(folder, server(2));
    expect(readdirSync(folder)).not.toContain("left.json");
  });

  // Only Linux tells in which state a process is.
  test.skipIf(process.platform !== "linux")("is not found while nobody has noticed yet that it ended", async () => {
    await announce(folder, server(1));
    const parent = spawn("sh", ["-c", "sh -c 'echo $$' & exec sleep 30"]);
    try {
      const [text] = (await once(parent.stdout, "data")) as [Buffer];
      const processId = Number(text.toString());
      // Its parent is a program by now that does not ask after its children: it stays as a zombie.
      await expect.poll(() => readFileSync(`/proc/${processId}/stat`, "utf8").split(" ")[2]).toBe("Z");
      writeFileSync(join(folder, "ended.json"), JSON.stringify({ ...server(9), processId, processStart: "1" }));
      expect(await processStart(processId)).toBeUndefined();
      expect((await announcedServers(env)).map(({ endpoint }) => endpoint)).toEqual(["http://127.0.0.1:1"]);
    } finally {
      parent.kill();
    }
  });

  // Only Linux tells when a process started: elsewhere a process of the same number cannot be told from the server.
  test.skipIf(process.platform !== "linux")("is told from a later process of the same number", async () => {
    await announce(folder, server(1));
    const [name = ""] = readdirSync(folder);
    const file = JSON.parse(readFileSync(join(folder, name), "utf8")) as { processStart: string };
    expect(file.processStart).toBe(await processStart(process.pid));
    writeFileSync(join(folder, name), JSON.stringify({ ...file, processStart: "1" }));
    expect(await announcedServers(env)).toEqual([]);
  });
});
