import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { root } from "../repository.ts";
import { blocksOfDocuments } from "./code-blocks.ts";
import { runShell } from "./run-block.ts";

const runnable = blocksOfDocuments().filter(({ language, words }) => language === "sh" && words.includes("run"));

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/build.mjs")], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}, 120_000);

describe("the commands of the documentation", () => {
  test.each(runnable)(
    "do what they say, against the embedded server: $place",
    async (block) => {
      const { code, output } = await runShell(block);
      expect(code, output).toBe(0);
    },
    60_000,
  );
});
