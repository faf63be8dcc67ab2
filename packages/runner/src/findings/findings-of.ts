import { type ParsedPipeline, SpecError } from "@kfp-ts/api/pipeline-spec";
import { RunnerError } from "../errors/runner-error.ts";
import type { Plan } from "../plan/plan.ts";
import { planOf } from "../plan/plan-of.ts";
import { containersNotHere, lifecycles, placeholders } from "./containers.ts";
import {
  artifactLoops,
  conditionsOfImporters,
  finalStatuses,
  nestedCollected,
  retriesOfGraphs,
} from "./control-flow.ts";
import { exitTasks } from "./exit-tasks.ts";
import type { Finding } from "./finding.ts";
import { importers } from "./importers.ts";
import { kubernetesSettings } from "./kubernetes.ts";
import { pipelineRoots, pipelineSettings, resources, taskConfigs } from "./platform.ts";
import { sizes } from "./sizes.ts";
import { type Rule, subjectOf } from "./subject.ts";
import { integers, olderConstants, runMetadataInText, schemaUris } from "./values.ts";

const rules: readonly Rule[] = [
  artifactLoops,
  conditionsOfImporters,
  exitTasks,
  finalStatuses,
  retriesOfGraphs,
  nestedCollected,
  integers,
  runMetadataInText,
  olderConstants,
  schemaUris,
  sizes,
  placeholders,
  lifecycles,
  importers,
  kubernetesSettings,
  resources,
  taskConfigs,
  pipelineSettings,
  pipelineRoots,
];

/** The worst first. */
const kinds: readonly Finding["kind"][] = [
  "invalid",
  "refused here",
  "refused by Kubeflow",
  "otherwise here",
  "otherwise in Kubeflow",
];

/**
 * What of a pipeline is not everywhere the same: what can run nowhere, what this machine refuses or does otherwise, and
 * what the open-source backend does. The worst comes first.
 *
 * @param refusals - Why no runtime executes a container, by the labels of executors: see `refusalsOf`.
 * @returns one finding, `invalid`, where the pipeline cannot even be planned.
 */
export function findingsOf(
  pipeline: ParsedPipeline,
  refusals: ReadonlyMap<string, string> = new Map(),
): readonly Finding[] {
  let plan: Plan;
  try {
    plan = planOf(pipeline);
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    const path = error.cause instanceof SpecError ? error.cause.path : "";
    return [{ kind: "invalid", rule: "pipeline-invalid", path, message: error.message }];
  }
  const subject = subjectOf(pipeline, plan);
  const findings = [...containersNotHere(subject, refusals), ...rules.flatMap((rule) => [...rule(subject)])];
  return findings.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}
