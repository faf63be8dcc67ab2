import { describe, expect, test } from "vitest";
import { blocksOfDocuments } from "../../docs/code-blocks.ts";
import { runPython } from "../../docs/run-block.ts";

const python = process.env.KFP_TS_PYTHON ?? "python3";
const runnable = blocksOfDocuments().filter(({ language, words }) => language === "python" && words.includes("run"));

describe("the Python of the documentation", () => {
  test.each(runnable)("does what it says, against the embedded server: $place", async (block) => {
    const { code, output } = await runPython(block, python);
    expect(code, output).toBe(0);
  });
});
