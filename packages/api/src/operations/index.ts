import { experimentOperations } from "./experiments.ts";
import { healthOperations, v1Operations } from "./health.ts";
import type { AnyOperation } from "./operation.ts";
import { pipelineOperations, pipelineVersionOperations } from "./pipelines.ts";
import { recurringRunOperations } from "./recurring-runs.ts";
import { runOperations } from "./runs.ts";

/** Every operation of the API, by resource and verb. Routes, calls, document and access table come from here. */
export const operations = {
  experiments: experimentOperations,
  pipelines: pipelineOperations,
  pipelineVersions: pipelineVersionOperations,
  runs: runOperations,
  recurringRuns: recurringRunOperations,
  healthz: healthOperations,
  v1: v1Operations,
} as const;

/** Every operation of the API, one after the other. */
export const allOperations: readonly AnyOperation[] = Object.values(operations).flatMap(
  (resource) => Object.values(resource) as unknown as AnyOperation[],
);
