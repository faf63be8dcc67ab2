import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Json } from "@kfp-ts/api";
import { type ParameterType, parsePipelineDocuments } from "@kfp-ts/api/pipeline-spec";
import { describe, expect, test } from "vitest";
import type { ReadyTask, TaskResult } from "../../src/engine/engine.ts";
import type { Component, Plan } from "../../src/plan/plan.ts";
import { planOf } from "../../src/plan/plan-of.ts";
import type { Values } from "../../src/values/values.ts";
import { artifact } from "./artifacts.ts";
import { executed, failed } from "./executed.ts";

const corpus = fileURLToPath(new URL("../../../../../shared/corpus/ir/", import.meta.url));
const files = existsSync(corpus)
  ? ["valid", "failing"].flatMap((folder) => readdirSync(`${corpus}${folder}`).map((file) => `${folder}/${file}`))
  : [];

const samples: Readonly<Partial<Record<ParameterType, Json>>> = {
  STRING: "a",
  NUMBER_INTEGER: 1,
  NUMBER_DOUBLE: 1.5,
  BOOLEAN: true,
  LIST: [1, 2],
  STRUCT: { a: 1 },
};

/** Where items of loops are structs, with these members. */
const item = { A_a: 1, B_b: 2, a: 1, b: 2, p_a: [{ q_a: 1 }], p_b: 4 };
const ofStructs = ["pipeline_with_loops", "pipeline_with_nested_loops", "pipeline_with_parallelfor_parallelism"];

/** Something of the right type for each parameter and artifact. */
function sampleValues(
  { parameters, artifacts }: Component["inputs"] | Component["outputs"],
  of: string,
  list: Json | undefined,
): Values {
  const sample = (type: ParameterType = "STRING") => (type === "LIST" ? list : undefined) ?? samples[type] ?? null;
  return {
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, { parameterType }]) => [name, sample(parameterType)]),
    ),
    artifacts: Object.fromEntries(Object.keys(artifacts).map((name) => [name, [artifact(`${of}.${name}`)]])),
  };
}

// Skipped where the compiled pipelines do not lie beside the repository (../shared/corpus).
describe.skipIf(files.length === 0)(
  "the corpus of compiled pipelines, with programs that give what they should",
  () => {
    test.each(files)("%s runs to its end: every task gets all of its inputs", async (file) => {
      const plan: Plan = planOf(parsePipelineDocuments(readFileSync(`${corpus}${file}`, "utf8")));
      const list = ofStructs.some((name) => file.includes(name)) ? [item, item] : undefined;
      const given = sampleValues(plan.root.inputs, "root", list);
      const succeed = ({ path, component }: ReadyTask): TaskResult => ({
        outcome: "succeeded",
        outputs: sampleValues(component.outputs, path, list),
      });
      const { state, error, outputs, executions } = await executed(plan.root, succeed, { plan, inputs: given });
      expect({ state, error }).toEqual({ state: "SUCCEEDED", error: undefined });
      expect(executions.length).toBeGreaterThan(0);
      expect(Object.keys(outputs.parameters).sort()).toEqual(Object.keys(plan.root.gives.parameters).sort());
      expect(Object.keys(outputs.artifacts).sort()).toEqual(Object.keys(plan.root.gives.artifacts).sort());
    });

    test.each(files.filter((file) => file.startsWith("failing/")))(
      "%s fails where its program does, and its exit tasks are executed",
      async (file) => {
        const plan: Plan = planOf(parsePipelineDocuments(readFileSync(`${corpus}${file}`, "utf8")));
        const given = sampleValues(plan.root.inputs, "root", undefined);
        const { state, error, states } = await executed(
          plan.root,
          ({ task, path, component }) => {
            if (task.name.startsWith("fail")) return failed();
            return { outcome: "succeeded", outputs: sampleValues(component.outputs, path, undefined) };
          },
          { plan, inputs: given },
        );
        expect([state, error?.message]).toEqual([
          "FAILED",
          expect.stringMatching(/^task ([-\w]+\/)?fail[-\w]*: exit code 1$/),
        ]);
        const exitTasks = [...plan.root.tasks.values()].filter(({ startsWhen }) => startsWhen === "upstream ended");
        for (const { name } of exitTasks) expect([name, states.get(name)]).toEqual([name, "SUCCEEDED"]);
      },
    );
  },
);
