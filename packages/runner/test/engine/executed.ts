import type { ReadyTask, TaskPath, TaskResult } from "../../src/engine/engine.ts";
import { type ExecuteGraphOptions, executeGraph, type GraphResult } from "../../src/engine/execute-graph.ts";
import { Slots } from "../../src/engine/slots.ts";
import type { RunEvent, TaskState } from "../../src/events/run-event.ts";
import type { GraphComponent } from "../../src/plan/plan.ts";
import { noValues, type Values } from "../../src/values/values.ts";
import { plan } from "./plans.ts";

export const run: ExecuteGraphOptions["run"] = {
  runId: "0f5c2f5e-0000-4000-8000-000000000001",
  displayName: "my run",
  resourceName: "test-0f5c2",
  createdAt: "2026-01-02T03:04:05Z",
  scheduledAt: "2026-01-02T03:04:06Z",
  workspacePath: "/kfp-workspace",
};

/** What a scripted program does: nothing stands for success without outputs. */
export type Script = (
  ready: ReadyTask,
  signal: AbortSignal,
) => Promise<TaskResult | undefined> | TaskResult | undefined;

/** What a run did. */
export interface Executed extends GraphResult {
  readonly events: readonly RunEvent[];
  /** Leaves in the order in which they began, with their inputs. */
  readonly executions: readonly ReadyTask[];
  readonly states: ReadonlyMap<TaskPath, TaskState>;
  readonly inputsOf: (path: TaskPath) => Values | undefined;
}

/** Success with one output. */
export const gave = (value: Values["parameters"][string]): TaskResult => ({
  outcome: "succeeded",
  outputs: { parameters: { Output: value }, artifacts: {} },
});

/** A failure. */
export const failed = (message = "exit code 1"): TaskResult => ({
  outcome: "failed",
  error: { code: "TASK_FAILED", message },
});

/** Executes a graph with scripted programs. */
export async function executed(
  root: GraphComponent,
  script: Script = () => undefined,
  options: Partial<ExecuteGraphOptions> & { readonly jobs?: number } = {},
): Promise<Executed> {
  const events: RunEvent[] = [];
  const executions: ReadyTask[] = [];
  const { jobs = 4, ...rest } = options;
  const result = await executeGraph({
    plan: plan(root),
    inputs: noValues,
    run,
    slots: new Slots(jobs),
    clock: { now: () => 0 },
    sleep: async () => {},
    cancel: new AbortController().signal,
    stop: new AbortController().signal,
    emit: async (event) => {
      events.push(event);
    },
    ...rest,
    execute: async (ready, signal) => {
      executions.push(ready);
      return (await script(ready, signal)) ?? { outcome: "succeeded", outputs: noValues };
    },
  });
  const states = new Map<TaskPath, TaskState>();
  const inputs = new Map<TaskPath, Values>();
  for (const event of events) {
    if (event.type === "task ended") states.set(event.task, event.state);
    if (event.type === "task started") inputs.set(event.task, event.inputs);
  }
  return { ...result, events, executions, states, inputsOf: (path) => inputs.get(path) };
}
