import type { TaskConfigPassthroughField } from "@kfp-ts/api/pipeline-spec";
import { expect, test } from "vitest";
import { resolveInputs } from "../../src/values/resolve-inputs.ts";
import { noValues } from "../../src/values/values.ts";
import { run } from "../engine/executed.ts";
import { constant, container, task } from "../engine/plans.ts";

/** What a component gets that asks for these settings. */
function configFor(...fields: readonly TaskConfigPassthroughField[]) {
  const component = container("trainer", {
    inputs: { parameters: { config: { parameterType: "TASK_CONFIG", isOptional: true } }, artifacts: {} },
    taskConfig: fields.map((field) => ({ field })),
    container: {
      image: "python:3.12",
      env: [{ name: "MODE", value: "fast" }],
      resources: {
        cpuRequest: 0.5,
        resourceMemoryLimit: "{{$.inputs.parameters['memory']}}",
        accelerator: { resourceType: "nvidia.com/gpu", resourceCount: "1" },
      },
    },
    kubernetes: { nodeSelector: { labels: { pool: "gpu" } }, tolerations: [{ key: "gpu", operator: "Exists" }] },
  });
  const one = task("train", { component, parameters: { memory: constant("4Gi") } });
  return resolveInputs(one, "train", { inputs: noValues, ends: new Map(), run }).parameters.config;
}

const nothing = {
  affinity: null,
  tolerations: null,
  nodeSelector: null,
  env: null,
  volumes: null,
  volumeMounts: null,
  resources: {},
};

test("a component gets the settings of its task that it asks for, as a cluster gives them", () => {
  expect(configFor("ENV", "RESOURCES", "KUBERNETES_NODE_SELECTOR", "KUBERNETES_TOLERATIONS")).toEqual({
    ...nothing,
    tolerations: [{ key: "gpu", operator: "Exists" }],
    nodeSelector: { pool: "gpu" },
    env: [{ name: "MODE", value: "fast" }],
    resources: { limits: { memory: "4Gi", "nvidia.com/gpu": "1" }, requests: { cpu: "0.5" } },
  });
});

test("settings that a component does not ask for are null", () => {
  expect(configFor()).toEqual(nothing);
  expect(configFor("ENV")).toEqual({ ...nothing, env: [{ name: "MODE", value: "fast" }] });
});
