import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { artifactContent } from "../../src/artifacts/artifact-content.ts";
import { artifactStores } from "../../src/artifacts/artifact-stores.ts";
import { room } from "../containers/python-room.ts";

const place = room();
afterAll(() => place.remove());
const run = join(place.folder, "run");
const made = join(run, "made");
const outside = join(place.folder, "outside");
beforeEach(() => {
  for (const folder of [run, outside]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  writeFileSync(join(outside, "key"), "the signing key");
});

async function open(within: string | undefined = run, uri = made) {
  const artifact = { name: "made", type: {}, uri, metadata: {} };
  return await artifactContent(artifact, artifactStores({}), { temporary: place.folder, within });
}

async function bytesOf(content: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("an artifact", () => {
  test("that is a file is given as it is, with its size", async () => {
    writeFileSync(made, "weights");
    const found = await open();
    expect([found?.size, found?.folder, (await bytesOf(found?.content)).toString()]).toEqual([7, false, "weights"]);
  });

  test("that is a folder is an archive, without what is not in it", async () => {
    mkdirSync(join(made, "empty"), { recursive: true });
    mkdirSync(join(made, "deep", "er"), { recursive: true });
    writeFileSync(join(made, "deep", "er", "file"), "x".repeat(1000));
    symlinkSync("deep/er/file", join(made, "inside"));
    symlinkSync("deep", join(made, "folder"));
    symlinkSync(join(outside, "key"), join(made, "out"));
    symlinkSync(outside, join(made, "others"));
    symlinkSync("loop", join(made, "loop"));
    execFileSync("mkfifo", [join(made, "pipe")]);
    const bytes = await bytesOf((await open())?.content);
    const list = execFileSync("tar", ["-t"], { input: bytes }).toString().trim().split("\n");
    expect(list).toEqual(["deep/", "deep/er/", "deep/er/file", "empty/", "inside"]);
    expect(execFileSync("tar", ["-xO", "inside"], { input: bytes }).toString()).toBe("x".repeat(1000));
    expect(bytes.includes("signing")).toBe(false);
  });

  test("that is nothing, a pipe or a link to nothing is none", async () => {
    expect(await open()).toBeUndefined();
    symlinkSync("nothing", made);
    expect(await open()).toBeUndefined();
    rmSync(made);
    execFileSync("mkfifo", [made]);
    expect(await open()).toBeUndefined();
  });

  test.each([
    ["a link", () => symlinkSync(join(outside, "key"), made), made],
    ["a link on the way", () => symlinkSync(outside, made), join(made, "key")],
    ["a link to a folder", () => symlinkSync(outside, made), made],
  ])("that %s leads to somebody else's is refused where it has to be in a folder", async (_what, make, uri) => {
    make();
    await expect(open(run, uri)).rejects.toMatchObject({ code: "ARTIFACT_UNAVAILABLE" });
  });

  test("that becomes a link after it was looked at is not read", async () => {
    writeFileSync(made, "weights");
    const found = await open();
    rmSync(made);
    symlinkSync(join(outside, "key"), made);
    await expect(bytesOf(found?.content)).rejects.toThrow(/is not in/);
  });

  test("that is a folder, and has a folder replaced by a link while it is read, gives nothing of that", async () => {
    mkdirSync(join(made, "a"), { recursive: true });
    mkdirSync(join(made, "b"));
    writeFileSync(join(made, "b", "key"), "mine");
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await open())?.content ?? []) {
      if (chunks.length === 0) {
        renameSync(join(made, "b"), join(made, "c"));
        symlinkSync(outside, join(made, "b"));
      }
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks).includes("signing")).toBe(false);
  });
});
