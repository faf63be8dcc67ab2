import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  announcedServers,
  announcementFolder,
  processStart,
  writeAnnouncement,
} from "../../src/announcements/index.ts";

let base: string;
let env: { readonly XDG_RUNTIME_DIR: string };
let folder: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "kfp-ts-announced-"));
  env = { XDG_RUNTIME_DIR: base };
  folder = announcementFolder(env);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Writes what a server of this process would. */
async function announce(): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const text = writeAnnouncement({
    endpoint: "http://127.0.0.1:1",
    processId: process.pid,
    processStart: await processStart(process.pid),
    version: "1.2.3",
    startedAt: new Date("2026-01-01T00:00:00Z"),
    multiUser: true,
    gateway: "http://127.0.0.1:8080/pipeline",
  });
  writeFileSync(join(folder, "one.json"), text, { mode: 0o600 });
}

test("what was written is read, without what tells processes apart", async () => {
  await announce();
  expect(await announcedServers(env)).toEqual([
    {
      endpoint: "http://127.0.0.1:1",
      processId: process.pid,
      version: "1.2.3",
      startedAt: new Date("2026-01-01T00:00:00Z"),
      multiUser: true,
      gateway: "http://127.0.0.1:8080/pipeline",
    },
  ]);
});

test("the folder is in the runtime directory, else with the state", () => {
  const below = ["kfp-ts", "servers"];
  expect(announcementFolder({ XDG_RUNTIME_DIR: "/run/user/1", XDG_STATE_HOME: "/s" })).toBe(
    join("/run/user/1", ...below),
  );
  expect(announcementFolder({ XDG_RUNTIME_DIR: "", XDG_STATE_HOME: "/s" })).toBe(join("/s", ...below));
  expect(announcementFolder({ XDG_STATE_HOME: "relative", HOME: "/h" })).toBe(join("/h/.local/state", ...below));
  expect(announcementFolder({})).toBe(join(homedir(), ".local", "state", ...below));
});

test("a folder that is not there announces nobody", async () => {
  expect(await announcedServers(env)).toEqual([]);
});

test("a folder that others can write to is not believed", async () => {
  await announce();
  chmodSync(folder, 0o770);
  await expect(announcedServers(env)).rejects.toMatchObject({
    code: "FILE_UNREADABLE",
    fix: `Close it: chmod 700 ${folder}`,
  });
});

test("a folder that is a link to another one is not believed", async () => {
  mkdirSync(join(base, "elsewhere"), { mode: 0o700 });
  mkdirSync(join(base, "kfp-ts"));
  symlinkSync(join(base, "elsewhere"), folder);
  await expect(announcedServers(env)).rejects.toThrow("is no directory");
});

test.each([
  "",
  "no json",
  "[]",
  "null",
  '{"endpoint":1}',
  '{"endpoint":"http://x","processId":-1,"version":"1","startedAt":"2026-01-01"}',
  '{"endpoint":"nope","processId":1,"version":"1","startedAt":"2026-01-01"}',
])("a file that holds %j is passed over", async (text) => {
  await announce();
  writeFileSync(join(folder, "x.json"), text);
  expect(await announcedServers(env)).toHaveLength(1);
});
