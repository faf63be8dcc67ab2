import type { ParsedPipeline } from "@kfp-ts/api/pipeline-spec";
import { RunnerError } from "../errors/runner-error.ts";
import type { Plan } from "../plan/plan.ts";
import { planOf } from "../plan/plan-of.ts";
import type { Finding } from "./finding.ts";
import { findingsOf } from "./findings-of.ts";
import { type Executes, refusalsOf } from "./refusals-of.ts";

/** What of a pipeline is not everywhere the same, with what the runtimes of this machine say of its containers. */
export async function checkPipeline(
  pipeline: ParsedPipeline,
  runtimes: readonly Executes[],
): Promise<readonly Finding[]> {
  let plan: Plan;
  try {
    plan = planOf(pipeline);
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    return findingsOf(pipeline);
  }
  return findingsOf(pipeline, await refusalsOf(plan, runtimes));
}
