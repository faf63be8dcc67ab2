import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { read, root } from "../repository.ts";
import { blocksOfDocuments, documents } from "./code-blocks.ts";

test.each(documents())("%s links only to files that exist", (file) => {
  const targets = [...read(file).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = ""]) => target);
  const broken = targets.filter(
    (target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(file), decodeURIComponent(target))),
  );
  expect(broken).toEqual([]);
});

test("every fence says a language, and only what the tests know", () => {
  const known: Readonly<Record<string, readonly string[]>> = {
    ts: ["check", "kubeflow", "gateway", "executes"],
    sh: ["run", "executes"],
    python: ["run"],
  };
  const strange = blocksOfDocuments().filter(({ language, words }) =>
    words.some((word) => !known[language]?.includes(word)),
  );
  expect(strange.map(({ place }) => place)).toEqual([]);
});
