import type { ContainerRuntime } from "../containers/container-runtime.ts";
import type { Plan } from "../plan/plan.ts";

/** Who can say whether it executes a container. */
export type Executes = Pick<ContainerRuntime, "refuses">;

/**
 * The containers of a plan that none of the runtimes executes, by the labels of their executors, each with the reasons.
 * A container whose image stands in an input can be known only when it is started.
 */
export async function refusalsOf(plan: Plan, runtimes: readonly Executes[]): Promise<ReadonlyMap<string, string>> {
  const refusals = new Map<string, string>();
  const seen = new Set<string>();
  for (const component of plan.components.values()) {
    if (component.kind !== "container" || seen.has(component.executorLabel)) continue;
    seen.add(component.executorLabel);
    const refusal = await refusalOf(component.container, runtimes);
    if (refusal !== undefined) refusals.set(component.executorLabel, refusal);
  }
  return refusals;
}

async function refusalOf(
  container: Parameters<ContainerRuntime["refuses"]>[0],
  runtimes: readonly Executes[],
): Promise<string | undefined> {
  const reasons: string[] = [];
  for (const runtime of runtimes) {
    const reason = await runtime.refuses(container);
    if (reason === undefined) return undefined;
    if (!reasons.includes(reason)) reasons.push(reason);
  }
  return reasons.length === 0 ? "there is no runtime for containers" : reasons.join("; ");
}
