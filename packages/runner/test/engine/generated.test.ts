import { expect, test } from "vitest";
import type { ExecuteGraphOptions } from "../../src/engine/execute-graph.ts";
import type { BegunTask, FinishedTask } from "../../src/engine/task-end.ts";
import type { RunEvent } from "../../src/events/run-event.ts";
import type { GraphComponent } from "../../src/plan/plan.ts";
import { Replay } from "../../src/runs/replay.ts";
import { noValues } from "../../src/values/values.ts";
import { executed, failed, gave, type Script } from "./executed.ts";
import { behaviourOf, generatedGraph, numberOf, randomNumbers } from "./generated-plan.ts";
import { interpreted } from "./reference.ts";

const firstSeed = Number(process.env.KFP_TS_SEED ?? Math.floor(Math.random() * 1_000_000));

/** Programs that take a random while, and fail as their names say; an attempt counts as failed once that is in the log. */
function programs(log: readonly RunEvent[], random: () => number, mended = false): Script {
  return async (ready, signal) => {
    for (let turns = Math.floor(random() * 4); turns > 0; turns--) await new Promise(setImmediate);
    if (signal.aborted) return { outcome: "canceled" };
    const { failures, value } = behaviourOf(ready, mended);
    const before = log.filter((event) => event.type === "attempt failed" && event.task === ready.path).length;
    return before < failures ? failed(`number ${numberOf(ready)}`) : gave(value);
  };
}

/** What a log says of the tasks, to go on with. */
function logged(log: readonly RunEvent[]): Required<Pick<ExecuteGraphOptions, "finished" | "begun">> {
  const finished = new Map<string, FinishedTask>();
  const begun = new Map<string, BegunTask>();
  for (const event of log) {
    if (event.type === "task started") {
      begun.set(event.task, { attempts: event.attempt, failures: begun.get(event.task)?.failures ?? 0 });
    } else if (event.type === "attempt failed") {
      const task = begun.get(event.task);
      if (task !== undefined) begun.set(event.task, { ...task, failures: task.failures + 1 });
    } else if (event.type === "task ended") {
      const attempts = begun.get(event.task)?.attempts ?? 0;
      finished.set(event.task, {
        state: event.state,
        outputs: event.outputs ?? noValues,
        error: event.error,
        attempts,
      });
      begun.delete(event.task);
    }
  }
  return { finished, begun };
}

function statesOf(log: readonly RunEvent[]): ReadonlyMap<string, string> {
  return new Map(log.flatMap((event) => (event.type === "task ended" ? [[event.task, event.state] as const] : [])));
}

function sorted<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

test(`generated pipelines do what a sequential interpreter does (seed ${firstSeed})`, async () => {
  for (let seed = firstSeed; seed < firstSeed + 250; seed++) {
    const random = randomNumbers(seed);
    const root = generatedGraph(random);
    const reference = interpreted(root);
    const log: RunEvent[] = [];
    const emit = async (event: RunEvent) => {
      if (random() < 0.3) await new Promise(setImmediate);
      log.push(event);
    };
    const run = await executed(root, programs(log, random), { emit, jobs: 1 + (seed % 5) });
    const inputs = new Map(run.executions.map((ready) => [ready.path, ready.inputs.parameters]));
    expect(run.state, `seed ${seed}`).toBe(reference.state);
    expect(sorted(statesOf(log)), `seed ${seed}`).toEqual(sorted(reference.states));
    expect(run.outputs.parameters, `seed ${seed}`).toEqual(reference.outputs);
    expect(sorted(inputs), `seed ${seed}`).toEqual(sorted(reference.inputs));
    expectInOrder(log, `seed ${seed}`);
  }
});

test(`a run that is interrupted at any event goes on to the same end, and no finished task is executed again (seed ${firstSeed})`, async () => {
  let interruptions = 0;
  for (let seed = firstSeed; seed < firstSeed + 30; seed++) {
    const root = generatedGraph(randomNumbers(seed));
    const whole = interpreted(root);
    // Each interruption executes the whole run once more.
    if (whole.states.size > 60) continue;
    for (const how of ["store fails", "stop"] as const) {
      for (let at = 0; ; at++) {
        const log = await interrupted(root, seed, how, at);
        if (log === undefined) break;
        interruptions++;
        const about = `seed ${seed}, ${how} at event ${at}`;
        const endedBefore = statesOf(log);
        const { finished, begun } = logged(log);
        const emit = async (event: RunEvent) => void log.push(event);
        const run = await executed(root, programs(log, randomNumbers(at)), { emit, finished, begun });
        for (const { path, attempt } of run.executions) {
          expect(endedBefore.has(path), `${about}: ${path}`).toBe(false);
          expect(attempt, `${about}: ${path}`).toBeGreaterThan(begun.get(path)?.attempts ?? 0);
        }
        expect(run.state, about).toBe(whole.state);
        expect(sorted(statesOf(log)), about).toEqual(sorted(whole.states));
        expect(run.outputs.parameters, about).toEqual(whole.outputs);
        expectInOrder(log, about);
      }
    }
  }
  expect(interruptions).toBeGreaterThan(100);
});

test(`a failed or canceled run whose failed tasks are tried again ends as if nothing had failed (seed ${firstSeed})`, async () => {
  let tried = 0;
  for (let seed = firstSeed; seed < firstSeed + 150; seed++) {
    const random = randomNumbers(seed);
    const root = generatedGraph(random);
    const log: RunEvent[] = [];
    const cancel = new AbortController();
    const cancelAt = random() < 0.5 ? Math.floor(random() * 40) : -1;
    const emit = async (event: RunEvent) => void (log.push(event) === cancelAt && cancel.abort());
    const first = await executed(root, programs(log, random), { emit, cancel: cancel.signal });
    if (first.state === "SUCCEEDED") continue;
    tried++;
    log.push({ type: "run resumed", at: 0, retryFailed: true });
    const replay = new Replay((path) => ({ name: path, displayName: path }));
    for (const event of log) replay.add(event);
    const [finished, begun] = [replay.finished(), replay.begun()];
    const again = await executed(root, programs([], random, true), { emit, finished, begun });
    const reference = interpreted(root, true);
    const states = statesOf(log);
    expect(again.state, `seed ${seed}`).toBe(reference.state);
    for (const [path, state] of reference.states)
      expect([path, states.get(path)], `seed ${seed}`).toEqual([path, state]);
    expect(again.outputs.parameters, `seed ${seed}`).toEqual(reference.outputs);
  }
  expect(tried).toBeGreaterThan(20);
});

/** The log of a run that is interrupted at an event; undefined where it ended before. */
async function interrupted(root: GraphComponent, seed: number, how: "store fails" | "stop", at: number) {
  const log: RunEvent[] = [];
  const stop = new AbortController();
  const reason = new Error("interrupted");
  let stopped = false;
  const emit = async (event: RunEvent) => {
    if (stopped) throw new Error("something was written down after the end");
    stopped = log.length === at;
    if (stopped && how === "store fails") throw reason;
    log.push(event);
    if (stopped) stop.abort(reason);
  };
  const run = executed(root, programs(log, randomNumbers(seed)), { emit, stop: stop.signal });
  const outcome = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!stopped) return undefined;
  expect(outcome).toBe(reason);
  return log;
}

/** Each task ends once; a leaf begins before it ends; nothing happens in a graph before it begins or after it ends. */
function expectInOrder(log: readonly RunEvent[], about: string): void {
  const begun = new Set<string>();
  const over = new Set<string>();
  for (const event of log) {
    if (!("task" in event)) continue;
    const around = event.task.split("/").slice(0, -1);
    for (let length = around.length; length > 0; length--) {
      const graph = around.slice(0, length).join("/");
      expect(begun.has(graph) && !over.has(graph), `${about}: ${event.type} ${event.task} within ${graph}`).toBe(true);
    }
    expect(over.has(event.task), `${about}: ${event.type} ${event.task} after its end`).toBe(false);
    if (event.type === "task started") begun.add(event.task);
    if (event.type === "task ended") over.add(event.task);
  }
}
