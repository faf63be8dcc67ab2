import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { unifiedDiff } from "../../src/manifests/unified-diff.ts";

const folder = mkdtempSync(join(tmpdir(), "kfp-ts-diff-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = (...all: (string | number)[]): string => all.map((line) => `${line}\n`).join("");

test("equal texts have no diff", () => {
  expect(unifiedDiff("a\n", "a\n", "x")).toBe("");
});

test("a text that is new is shown whole", () => {
  expect(unifiedDiff(undefined, "a\nb\n", "pod/x")).toBe(
    lines("--- /dev/null", "+++ pod/x (then)", "@@ -0,0 +1,2 @@", "+a", "+b"),
  );
});

test("three lines are shown around what changes, and hunks are counted as patch wants them", () => {
  const before = lines(...Array.from({ length: 20 }, (_, index) => index));
  const after = before.replace("4\n", "four\n").replace("15\n", "");
  expect(unifiedDiff(before, after, "x")).toBe(
    lines(
      "--- x (now)",
      "+++ x (then)",
      "@@ -2,7 +2,7 @@",
      ...[" 1", " 2", " 3", "-4", "+four", " 5", " 6", " 7"],
      "@@ -13,7 +13,6 @@",
      ...[" 12", " 13", " 14", "-15", " 16", " 17", " 18"],
    ),
  );
});

// Only where there is a program to compare with.
const hasPatch = spawnSync("patch", ["--version"]).status === 0;

test.skipIf(!hasPatch)("patch makes the new text of the old one and the diff, whatever changes", () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  for (let round = 0; round < 40; round++) {
    const before = Array.from({ length: 1 + random(30) }, () => `line ${random(6)}`);
    const after = before.flatMap((line) =>
      random(4) === 0 ? [] : random(4) === 0 ? [line, `new ${random(9)}`] : [line],
    );
    const path = join(folder, "text");
    writeFileSync(path, lines(...before));
    const diff = unifiedDiff(lines(...before), lines(...after), path);
    if (diff === "") continue;
    execFileSync("patch", ["--silent", "--posix", path], { input: diff });
    expect(execFileSync("cat", [path], { encoding: "utf8" })).toBe(lines(...after));
  }
});
