import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readLog } from "../../src/runs/task-log.ts";
import { room } from "../containers/python-room.ts";

const place = room();
afterAll(() => place.remove());

test("a log is given as it is", async () => {
  const file = join(place.folder, "log");
  writeFileSync(file, "a line\n");
  const chunks: Buffer[] = [];
  for await (const chunk of (await readLog(file, {})) ?? []) chunks.push(Buffer.from(chunk));
  expect(Buffer.concat(chunks).toString()).toBe("a line\n");
});

test.each<[string, (file: string) => void]>([
  ["a link to a file of somebody else", (file) => symlinkSync("/etc/passwd", file)],
  ["a link to nothing", (file) => symlinkSync("/nowhere/at/all", file)],
  ["a pipe", (file) => execFileSync("mkfifo", [file])],
  ["a folder", (file) => mkdirSync(file)],
  ["nothing at all", () => undefined],
])("there is no log, and nobody waits for one, where a task has made it %s", async (what, make) => {
  const file = join(place.folder, what.replaceAll(" ", "-"));
  make(file);
  expect(await readLog(file, {})).toBeUndefined();
});
