import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { TokenProjection } from "../../src/tokens/token-projection.ts";
import { folderOfTest, keepingLog } from "../box/box-of-tests.ts";
import { issuerOfTests, PIPELINES, partOf } from "./issuer-of-tests.ts";

const EDITOR = { namespace: "team-a", name: "default-editor", uid: "uid-1" };
const MINUTE = 60_000;

async function projected() {
  const { issuer, world } = issuerOfTests();
  const folder = join(await folderOfTest(), "tokens");
  const log = keepingLog();
  const clock = { now: () => world.now };
  const make = () => new TokenProjection({ folder, issuer, audience: PIPELINES, clock, log });
  const projection = make();
  await projection.project([EDITOR]);
  const path = projection.pathOf(EDITOR);
  return { issuer, world, folder, log, make, projection, path, read: () => readFile(path, "utf8") };
}

test("a token lies at NAMESPACE/SERVICEACCOUNT/token, for two hours and its owner alone", async () => {
  const { folder, path, read, issuer } = await projected();
  expect(path).toBe(join(folder, "team-a", "default-editor", "token"));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  const { iat, exp } = partOf(await read(), 1) as { iat: number; exp: number };
  expect(exp - iat).toBe(7200);
  expect(issuer.review(await read(), [PIPELINES]).authenticated).toBe(true);
});

test("a token is replaced after four fifths of its life, and not before", async () => {
  const { world, projection, read } = await projected();
  const first = await read();
  world.now += 95 * MINUTE;
  await projection.project([EDITOR]);
  expect(await read()).toBe(first);
  world.now += 2 * MINUTE;
  await projection.project([EDITOR]);
  expect(await read()).not.toBe(first);
});

test("after a restart a good token stays, and one that is old, damaged or somebody else's is replaced", async () => {
  const { world, make, path, read } = await projected();
  const first = await read();
  await make().project([EDITOR]);
  expect(await read()).toBe(first);
  await writeFile(path, "garbage");
  await make().project([EDITOR]);
  const second = await read();
  expect(second).not.toBe("garbage");
  world.now += 3 * 60 * MINUTE;
  await make().project([EDITOR]);
  expect(await read()).not.toBe(second);
});

test("a service account that was made anew gets a token of its own at once", async () => {
  const { world, issuer, projection, read } = await projected();
  world.add("team-a", "default-editor", "uid-2");
  await projection.project([{ ...EDITOR, uid: "uid-2" }]);
  expect(issuer.review(await read(), [PIPELINES]).user.uid).toBe("uid-2");
});

test("tokens of nobody are taken away", async () => {
  const { world, projection, folder } = await projected();
  world.accounts.clear();
  await projection.project([]);
  await expect(stat(join(folder, "team-a"))).rejects.toThrow("ENOENT");
});

test("a folder that cannot be written is told without the token, and tried again", async () => {
  const { log, make, folder, read } = await projected();
  await rm(folder, { recursive: true });
  await writeFile(folder, "a file in its place");
  const projection = make();
  await projection.project([EDITOR]);
  expect(log.said).toHaveLength(1);
  expect(log.said[0]).toMatch(/^error tokens cannot be written.*(ENOTDIR|EEXIST)/);
  await rm(folder);
  await mkdir(folder);
  await projection.project([EDITOR]);
  expect((await read()).split(".")).toHaveLength(3);
});

test("whoever reads the file while it is replaced sees a whole token", async () => {
  const { world, projection, read, issuer } = await projected();
  let done = false;
  const reading = (async () => {
    let count = 0;
    while (!done) {
      expect((await read()).split(".")).toHaveLength(3);
      count++;
    }
    return count;
  })();
  for (let round = 0; round < 30; round++) {
    world.now += 97 * MINUTE;
    await projection.project([EDITOR]);
  }
  done = true;
  expect(await reading).toBeGreaterThan(0);
  expect(issuer.review(await read(), [PIPELINES]).authenticated).toBe(true);
});
