import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parsePipelineDocuments } from "@kfp-ts/api/pipeline-spec";
import { describe, expect, test } from "vitest";
import { planOf } from "../../src/plan/plan-of.ts";

const corpus = fileURLToPath(new URL("../../../../../shared/corpus/ir/", import.meta.url));
const files = existsSync(corpus)
  ? ["valid", "failing"].flatMap((folder) => readdirSync(`${corpus}${folder}`).map((name) => `${folder}/${name}`))
  : [];

describe.skipIf(files.length === 0)("every pipeline of the corpus", () => {
  test.each(files)("has a plan in which tasks come after those that they wait for: %s", (file) => {
    const plan = planOf(parsePipelineDocuments(readFileSync(`${corpus}${file}`, "utf8")));
    for (const component of [plan.root, ...plan.components.values()]) {
      if (component.kind !== "graph") continue;
      const seen = new Set<string>();
      for (const task of component.tasks.values()) {
        expect(task.upstream.filter((name) => !seen.has(name))).toEqual([]);
        seen.add(task.name);
      }
    }
  });
});
