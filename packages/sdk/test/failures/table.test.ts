import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Client } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { scenes, scenesElsewhere } from "./scenes.ts";

const root = new URL("../../../../", import.meta.url);

describe("the 26 ways in which connecting goes wrong", () => {
  test("are each brought about", () => {
    const numbers = [...scenes, ...scenesElsewhere].map(({ number }) => number);
    expect([...new Set(numbers)].sort((one, other) => one - other)).toEqual(
      Array.from({ length: 26 }, (_none, index) => index + 1),
    );
  });

  test.each(scenesElsewhere)("B$number: $what: $code is brought about in $file", ({ file, code }) => {
    expect(readFileSync(new URL(file, root), "utf8")).toContain(code);
  });
});

describe("a call names what is wrong, and how to mend it", () => {
  test.each(scenes)("B$number: $what", async ({ arrange, call, code, names, fix }) => {
    const kfp = new Client({ maxRetries: 0, ...(await arrange()) });
    const error = await failureOf(call === undefined ? kfp.experiments.list({ namespace: "team-a" }) : call(kfp));
    expect(error, error.message).toMatchObject({ code, docs: `docs/errors/${code}.md` });
    expect(error.fix).not.toBe("");
    if (names !== undefined) expect(error.message).toMatch(names);
    if (fix !== undefined) expect(error.fix).toMatch(fix);
  });
});
