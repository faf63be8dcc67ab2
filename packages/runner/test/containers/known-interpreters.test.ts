import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { knownInterpreters } from "../../src/containers/python/known-interpreters.ts";
import { room } from "./python-room.ts";

let place: ReturnType<typeof room>;
beforeEach(() => {
  place = room();
  mkdirSync(join(place.folder, "packages"));
  writeFileSync(join(place.folder, "python3"), "");
});
afterEach(() => place.remove());

const question = () => ({ program: join(place.folder, "python3"), executor: "kfp", requirements: ["kfp==2.17.0"] });
const interpreter = () => ({
  satisfied: true as const,
  problem: undefined,
  contents: "all of it",
  executable: question().program,
  folders: [place.folder],
  searched: [join(place.folder, "packages")],
});

test("what an interpreter has is remembered, also by the next process", async () => {
  const folder = join(place.folder, "known");
  expect(await knownInterpreters(folder).recall(question())).toBeUndefined();
  await knownInterpreters(folder).remember(question(), interpreter());
  expect(await knownInterpreters(folder).recall(question())).toEqual(JSON.parse(JSON.stringify(interpreter())));
  expect(await knownInterpreters(folder).recall({ ...question(), requirements: ["yapf"] })).toBeUndefined();
});

test.each([
  ["a package is installed", () => mkdirSync(join(place.folder, "packages", "yapf-1.dist-info"))],
  ["the program is another one", () => writeFileSync(join(place.folder, "python3"), "other")],
])("it is forgotten when %s", async (_, change) => {
  const known = knownInterpreters(join(place.folder, "known"));
  await known.remember(question(), interpreter());
  await new Promise((resolve) => setTimeout(resolve, 10));
  change();
  expect(await known.recall(question())).toBeUndefined();
});

test("where it cannot be kept, nothing is lost", async () => {
  writeFileSync(join(place.folder, "file"), "");
  const known = knownInterpreters(join(place.folder, "file"));
  await known.remember(question(), interpreter());
  expect(await known.recall(question())).toBeUndefined();
});
