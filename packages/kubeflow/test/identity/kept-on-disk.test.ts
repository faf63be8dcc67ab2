import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GrantFiles } from "../../src/identity/grant-files.ts";
import { RotatingKeys } from "../../src/identity/rotating-keys.ts";
import { readSubject, subjectOf } from "../../src/identity/subject.ts";
import { MovedClock, startProvider } from "./provider-under-test.ts";

let folder: string;
const DAY_MS = 24 * 60 * 60 * 1000;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kfp-ts-kept-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test("a file of a refresh token holds no token, and nobody else can read it", async () => {
  const clock = new MovedClock();
  const files = await GrantFiles.open(folder, clock);
  const exp = Math.floor(clock.now() / 1000) + 100;
  await files.put("RefreshToken", "the-secret-token", { jti: "the-secret-token", grantId: "g", exp });
  const [name = ""] = await readdir(folder);
  expect(name + (await readFile(join(folder, name), "utf8"))).not.toContain("the-secret-token");
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect(await files.find("RefreshToken", "the-secret-token")).toMatchObject({ jti: "the-secret-token", grantId: "g" });
  expect(await files.find("Grant", "the-secret-token")).toBeUndefined();
});

test("a token is used up once, whoever asks at the same time", async () => {
  const files = await GrantFiles.open(folder, new MovedClock());
  await files.put("RefreshToken", "t", { exp: 10_000_000_000 });
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => files.consume("RefreshToken", "t")));
  expect(outcomes.filter(Boolean).length).toBe(1);
  expect(await files.find("RefreshToken", "t")).toMatchObject({ consumed: expect.any(Number) });
});

test("a token that was used up is so for as long as it is there", async () => {
  const files = await GrantFiles.open(folder, new MovedClock(), 2);
  for (const [id, exp] of [
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ] as const) {
    await files.put("RefreshToken", id, { exp: 10_000_000_000 + exp });
    await files.consume("RefreshToken", id);
  }
  await files.sweep();
  expect(await files.find("RefreshToken", "a")).toBeUndefined();
  for (const id of ["b", "c"]) {
    expect(await files.find("RefreshToken", id)).toMatchObject({ consumed: expect.any(Number) });
  }
  expect((await readdir(folder)).length).toBe(4);
});

test("what is over, damaged or too many is swept away", async () => {
  const clock = new MovedClock();
  const files = await GrantFiles.open(folder, clock, 2);
  const now = Math.floor(clock.now() / 1000);
  for (const [id, ends] of [
    ["over", -1],
    ["soon", 10],
    ["later", 20],
    ["last", 30],
  ] as const) {
    await files.put("Grant", id, { exp: now + ends });
  }
  await writeFile(join(folder, "Grant.damaged.json"), "{");
  await files.sweep();
  expect((await readdir(folder)).length).toBe(2);
  expect(await files.find("Grant", "soon")).toBeUndefined();
  expect(await files.find("Grant", "last")).toBeDefined();
});

test("a key signs for a month, the next is told before it signs, and the old one stays until its last token has ended", async () => {
  const clock = new MovedClock();
  const keys = await RotatingKeys.open(join(folder, "keys"), clock, () => undefined);
  const idsAt = async (days: number) => {
    clock.ahead = days * DAY_MS;
    await keys.rotate();
    return keys.keys().map(({ id }) => id);
  };
  const [first, ...none] = await idsAt(29);
  expect(none).toEqual([]);
  const [signing, told] = await idsAt(30.01);
  expect(signing).toBe(first);
  expect(told).toBeDefined();
  expect(await idsAt(30.1)).toEqual([told, first]);
  expect(await idsAt(32.1)).toEqual([told]);
});

test("a folder that others can read is refused, with the command that closes it", async () => {
  await using under = await startProvider();
  await chmod(join(under.dataDirectory, "keys"), 0o755);
  await expect(under.restart()).rejects.toMatchObject({ code: "ERR_DATA", fix: expect.stringContaining("chmod 700") });
  await chmod(join(under.dataDirectory, "keys"), 0o700);
  await under.restart();
});

test("a sub is the ids of account and connector as Dex writes them, and nothing else is one", () => {
  // What a real Dex with these ids gives out.
  expect(subjectOf({ accountId: "08a8684b-db88-4b73-90a9-3cd1661f5466", connectorId: "local" })).toBe(
    "CiQwOGE4Njg0Yi1kYjg4LTRiNzMtOTBhOS0zY2QxNjYxZjU0NjYSBWxvY2Fs",
  );
  for (const accountId of ["u", "uid=é,dc=example", "x".repeat(300)]) {
    expect(readSubject(subjectOf({ accountId, connectorId: "ldap" }))).toEqual({ accountId, connectorId: "ldap" });
  }
  for (const garbage of ["", "CiQ", "garbage", "CgF1", `${subjectOf({ accountId: "a", connectorId: "b" })}AA`]) {
    expect(readSubject(garbage)).toBeUndefined();
  }
});
