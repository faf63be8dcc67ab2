import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@kfp-ts/server/ports";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CookieKeys } from "../../src/gateway/sessions/cookie-keys.ts";
import { type Session, Sessions } from "../../src/gateway/sessions/sessions.ts";
import { startGateway } from "./gateway-under-test.ts";

const DAY = 24 * 60 * 60 * 1000;
let folder = "";
let now = 1_000_000;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kfp-ts-sessions-"));
  now = 1_000_000;
});
afterEach(async () => {
  for (const sessions of opened.splice(0)) await sessions.close();
  rmSync(folder, { recursive: true, force: true });
});

const clock = { now: () => now };
const path = () => join(folder, "sessions.jsonl");
const opened: Sessions[] = [];
const open = async (more: { most?: number; mostPerUser?: number } = {}) => {
  const sessions = await Sessions.open({ path: path(), clock, log: silentLog, ...more });
  opened.push(sessions);
  return sessions;
};
const session = (user = "user@example.com"): Session => ({
  user,
  subject: "sub",
  groups: [],
  idToken: "a.b.c",
  createdAt: now,
  expiresAt: now + DAY,
});

test("whoever was told that they are logged in still is after the process was killed, and whoever logged out is not", async () => {
  const first = await open();
  const [kept, ended] = [await first.begin(session()), await first.begin(session())];
  await first.end(ended);
  // Killed: it is not closed, and was in the middle of a line.
  appendFileSync(path(), '{"key":"torn');
  const second = await open();
  expect(second.find(kept)?.user).toBe("user@example.com");
  expect(second.find(ended)).toBeUndefined();
  const third = await second.begin(session());
  expect((await open()).find(third)).toBeDefined();
});

test("what is on disk is the user's alone, and no cookie can be made of it", async () => {
  const sessions = await open();
  const id = await sessions.begin(session());
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(readFileSync(path(), "utf8")).not.toContain(id);
});

test("a session ends after its time, and is forgotten on disk too", async () => {
  const sessions = await open();
  const id = await sessions.begin(session());
  now += DAY - 1;
  expect(sessions.find(id)).toBeDefined();
  now += 1;
  expect(sessions.find(id)).toBeUndefined();
  for (let index = 0; index < 150; index++) await sessions.begin({ ...session(), expiresAt: now + 1 });
  now += 2;
  await sessions.sweep();
  expect(sessions.size).toBe(0);
  expect(readFileSync(path(), "utf8")).toBe("");
});

test("the oldest session ends for a new one, of a user and of all", async () => {
  const sessions = await open({ most: 5, mostPerUser: 2 });
  const own = [
    await sessions.begin(session("a")),
    await sessions.begin(session("a")),
    await sessions.begin(session("a")),
  ];
  expect(own.map((id) => sessions.find(id) !== undefined)).toEqual([false, true, true]);
  for (const user of ["b", "c", "d", "e"]) await sessions.begin(session(user));
  expect(sessions.size).toBe(5);
  expect(own.map((id) => sessions.find(id) !== undefined)).toEqual([false, false, true]);
});

test("where a session cannot be written down nobody is logged in with it, and whoever is stays so", async () => {
  const sessions = await open();
  const id = await sessions.begin(session());
  await sessions.close();
  rmSync(folder, { recursive: true });
  await expect(sessions.begin(session())).rejects.toThrow("cannot be written down");
  expect(sessions.find(id)).toBeDefined();
  expect(sessions.size).toBe(1);
});

test.skipIf(!existsSync("/dev/full"))(
  "on a full disk nobody new is logged in, and whoever logs out stays out",
  async () => {
    const before = await open();
    const [kept, ended] = [await before.begin(session()), await before.begin(session())];
    const sessions = await open();
    rmSync(path());
    symlinkSync("/dev/full", path());
    await expect(sessions.begin(session())).rejects.toThrow("cannot be written down: ENOSPC");
    await sessions.end(ended);
    expect([kept, ended].map((id) => sessions.find(id) !== undefined)).toEqual([true, false]);
    // There is room again.
    rmSync(path());
    await sessions.sweep();
    const after = await open();
    expect([kept, ended].map((id) => after.find(id) !== undefined)).toEqual([true, false]);
  },
);

test("ten thousand sessions take less than 50 MB", async () => {
  const token = Buffer.alloc(900, 1).toString("base64url");
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  const sessions = await open();
  for (let index = 0; index < 10_000; index++) {
    await sessions.begin({ ...session(`user-${index % 100}@example.com`), idToken: `${index}.${token}` });
  }
  global.gc?.();
  expect(sessions.size).toBe(10_000);
  expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(50);
});

test("keys are renewed daily; what an older one has signed is good as long as it lives", async () => {
  const file = join(folder, "keys.json");
  const keys = await CookieKeys.open(file, clock);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { signed, keyId } = keys.sign("session", "text");
  now += DAY;
  await keys.rotate();
  expect(keys.sign("session", "text").keyId).not.toBe(keyId);
  expect(keys.verify("session", signed)?.text).toBe("text");
  expect((await CookieKeys.open(file, clock)).verify("session", signed)?.text).toBe("text");
  now += 2 * DAY;
  await keys.rotate();
  expect(keys.verify("session", signed)).toBeUndefined();
});

test("what is signed is good for its purpose, unchanged, and for nothing else", async () => {
  const keys = await CookieKeys.open(join(folder, "keys.json"), clock);
  const { signed } = keys.sign("session", "text");
  const [id, text, mac] = signed.split(".");
  for (const wrong of ["", ".", "..", "a.b.c", `${id}.other.${mac}`, `${id}.${text}.`, `${signed}.x`, `x${signed}`]) {
    expect(keys.verify("session", wrong)).toBeUndefined();
  }
  expect(keys.verify("browser", signed)).toBeUndefined();
  expect(keys.verify("session", signed)?.text).toBe("text");
});

test("a file that cannot be read is named, with what to do", async () => {
  mkdirSync(path());
  const said = { message: `${path()} cannot be read (EISDIR).`, fix: expect.stringMatching(/^Delete it/) };
  await expect(open()).rejects.toMatchObject(said);
  await expect(CookieKeys.open(path(), clock)).rejects.toMatchObject(said);
});

test("what a process that was killed left half written is cleared away by the next one", async () => {
  await using under = await startGateway();
  const draft = join(under.dataDirectory, ".sessions.jsonl.11111111-1111-4111-8111-111111111111");
  writeFileSync(draft, "{}\n", { mode: 0o600 });
  await under.restart();
  expect(existsSync(draft)).toBe(false);
});

test("a damaged file of keys is named, with what to do", async () => {
  appendFileSync(join(folder, "keys.json"), "{", { mode: 0o600 });
  await expect(CookieKeys.open(join(folder, "keys.json"), clock)).rejects.toMatchObject({
    message: expect.stringContaining("keys.json is damaged"),
    fix: expect.stringContaining("Delete it"),
  });
});
