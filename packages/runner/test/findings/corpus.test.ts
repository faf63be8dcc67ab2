import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parsePipelineDocuments } from "@kfp-ts/api/pipeline-spec";
import { describe, expect, test } from "vitest";
import { lintPipeline } from "../../src/findings/lint-pipeline.ts";

const corpus = fileURLToPath(new URL("../../../../../shared/corpus/ir/", import.meta.url));
const files = existsSync(corpus)
  ? ["valid", "failing"].flatMap((folder) => readdirSync(`${corpus}${folder}`).map((name) => `${folder}/${name}`))
  : [];

describe.skipIf(files.length === 0)("every pipeline of the corpus", () => {
  test.each(files)("can run somewhere, and what is said of it names a place that is there: %s", async (file) => {
    const text = readFileSync(`${corpus}${file}`, "utf8");
    const { pipelineSpec, platformSpec } = parsePipelineDocuments(text);
    const findings = await lintPipeline({ pipelineSpec, ...(platformSpec && { platformSpec }) }, { path: "" });
    for (const { kind, path, message } of findings) {
      expect(kind).not.toBe("invalid");
      expect(message).not.toMatch(/undefined|\[object|\(no name\)/);
      const names = path
        .replaceAll(/\["(.*?)"\]/g, ".$1")
        .replaceAll(/\[(\d+)\]/g, ".$1")
        .split(".");
      const found = names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], {
        ...pipelineSpec,
        ...platformSpec,
      });
      expect([path, found]).toEqual([path, expect.anything()]);
    }
  });
});
