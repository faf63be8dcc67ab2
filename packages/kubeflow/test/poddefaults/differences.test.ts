import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readDifferences } from "./differences.ts";
import { differencesTable } from "./differences-table.ts";

const page = readFileSync(new URL("../../../../docs/poddefaults.md", import.meta.url), "utf8");

test("the page on PodDefaults lists the differences that the replay allows, and no others", () => {
  const [, listed = ""] = /<!-- differences:begin -->([\s\S]*)<!-- differences:end -->/.exec(page) ?? [];
  expect(listed.trim()).toBe(differencesTable(readDifferences()));
});

test("every difference has a reason that is given, and every reason is one's", () => {
  const { reasons, differences } = readDifferences();
  expect(new Set(differences.map(({ reason }) => reason))).toEqual(new Set(Object.keys(reasons)));
  expect(new Set(differences.map((difference) => difference.case)).size).toBe(differences.length);
});
