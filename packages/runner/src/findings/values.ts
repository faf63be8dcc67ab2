import type { Json } from "@kfp-ts/api";
import { memberPath, type SpecPath } from "@kfp-ts/api/pipeline-spec";
import type { Finding } from "./finding.ts";
import type { Rule } from "./subject.ts";

/** Whole numbers that no double holds. */
export const integers: Rule = function* ({ tasks, components }) {
  for (const { task, path } of tasks) {
    for (const [input, source] of Object.entries(task.parameters)) {
      if (source.from === "constant")
        yield* notExact(source.value, memberPath(path, "inputs", "parameters", input, "runtimeValue"));
    }
    if (task.loop?.over === "values" && "constant" in task.loop.items) {
      yield* notExact(task.loop.items.constant, memberPath(path, "parameterIterator", "items", "raw"));
    }
  }
  for (const { component, path } of components) {
    for (const [input, { defaultValue }] of Object.entries(component.inputs.parameters)) {
      const at = memberPath(path, "inputDefinitions", "parameters", input, "defaultValue");
      yield* notExact(defaultValue ?? null, at);
    }
  }
};

function* notExact(value: Json | readonly Json[], path: SpecPath): Iterable<Finding> {
  const found = firstUnsafe(value);
  if (found === undefined) return;
  yield {
    kind: "otherwise in Kubeflow",
    rule: "integer-not-exact",
    path,
    message: `the whole number ${found} is beyond ±${Number.MAX_SAFE_INTEGER}, so that its last digits are lost, there and here; pass it as a text`,
  };
}

function firstUnsafe(value: Json | readonly Json[]): number | undefined {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value) ? value : undefined;
  if (value === null || typeof value !== "object") return undefined;
  for (const item of Array.isArray(value) ? (value as readonly Json[]) : Object.values(value)) {
    const found = firstUnsafe(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

const metadata =
  /\{\{\$\.pipeline_(?:job_name|job_resource_name|job_uuid|task_name|task_uuid|job_create_time_utc|job_schedule_time_utc)\}\}/;

/** What a constant names of the run within a longer text is not replaced. */
export const runMetadataInText: Rule = function* ({ tasks }) {
  for (const { task, path } of tasks) {
    for (const [input, source] of Object.entries(task.parameters)) {
      if (source.from !== "constant" || typeof source.value !== "string") continue;
      const named = metadata.exec(source.value)?.[0];
      if (named === undefined || named === source.value) continue;
      yield {
        kind: "otherwise in Kubeflow",
        rule: "run-metadata-in-text",
        path: memberPath(path, "inputs", "parameters", input),
        message: `${named} stands within a longer text and stays as it is, there and here: only a whole value is replaced; pass it as an input of its own`,
      };
    }
  }
};

/** Constants in the form of older compilers. */
export const olderConstants: Rule = function* ({ tasks }) {
  for (const { path, spec } of tasks) {
    for (const [input, { runtimeValue }] of Object.entries(spec.inputs?.parameters ?? {})) {
      if (runtimeValue === undefined || runtimeValue.constant !== undefined) continue;
      yield {
        kind: "refused by Kubeflow",
        rule: "older-constant",
        path: memberPath(path, "inputs", "parameters", input, "runtimeValue"),
        message: `the value of the input ${input} stands in the older form (constantValue), which Kubeflow Pipelines does not read; compile the pipeline with a newer compiler`,
      };
    }
  }
};

/** Types of artifacts by the address of a schema. */
export const schemaUris: Rule = function* ({ components }) {
  for (const { component, path } of components) {
    const kinds = [
      ["inputDefinitions", component.inputs.artifacts],
      ["outputDefinitions", component.outputs.artifacts],
    ] as const;
    for (const [kind, artifacts] of kinds) {
      for (const [name, { artifactType }] of Object.entries(artifacts)) {
        if (!artifactType?.schemaUri) continue;
        yield {
          kind: "refused by Kubeflow",
          rule: "schema-uri",
          path: memberPath(path, kind, "artifacts", name, "artifactType", "schemaUri"),
          message: `the type of the artifact ${name} is given by the address of a schema, which Kubeflow Pipelines does not read; give its title`,
        };
      }
    }
  }
};
