import { expect, test } from "vitest";
import type { TaskResult } from "../../src/engine/engine.ts";
import type { RunEvent } from "../../src/events/run-event.ts";
import { noValues } from "../../src/values/values.ts";
import { executed, type Script } from "./executed.ts";
import { generatedGraph, randomNumbers } from "./generated-plan.ts";
import { graph, over, task } from "./plans.ts";

/** A program that goes on until it is ended. */
const endless: Script = (_, signal) =>
  new Promise<TaskResult>((resolve) => {
    const end = () => resolve({ outcome: "canceled" });
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });

test("canceling ends what is under way and begins nothing more, but exit tasks are executed", async () => {
  const cancel = new AbortController();
  const handler = graph([task("long"), task("later", { after: ["long"] })]);
  const root = graph([
    task("handler", { component: handler }),
    task("next", { after: ["handler"] }),
    task("exit", {
      component: graph([task("first"), task("second", { after: ["first"] })]),
      after: ["handler"],
      startsWhen: "upstream ended",
    }),
  ]);
  const { state, states } = await executed(
    root,
    (ready, signal) => {
      if (!ready.path.endsWith("long")) return undefined;
      setImmediate(() => cancel.abort(new Error("canceled")));
      return endless(ready, signal);
    },
    { cancel: cancel.signal },
  );
  expect(state).toBe("CANCELED");
  expect(Object.fromEntries(states)).toEqual({
    "handler/long": "CANCELED",
    "handler/later": "OMITTED",
    handler: "CANCELED",
    next: "OMITTED",
    "exit/first": "SUCCEEDED",
    "exit/second": "SUCCEEDED",
    exit: "SUCCEEDED",
  });
});

test("an exit task is not ended by a cancel", async () => {
  const cancel = new AbortController();
  const root = graph([task("work"), task("exit", { after: ["work"], startsWhen: "upstream ended" })]);
  const { state, states } = await executed(
    root,
    async ({ path }, signal) => {
      if (path !== "exit") return undefined;
      cancel.abort();
      await new Promise(setImmediate);
      return signal.aborted ? { outcome: "canceled" } : undefined;
    },
    { cancel: cancel.signal },
  );
  expect([state, states.get("exit")]).toEqual(["CANCELED", "SUCCEEDED"]);
});

test("a canceled loop makes no further iterations", async () => {
  const cancel = new AbortController();
  const items = Array.from({ length: 1000 }, (_, index) => index);
  const root = graph([task("loop", { component: graph([task("leaf")]), loop: over(items) })]);
  const { state, states } = await executed(
    root,
    (ready, signal) => {
      setImmediate(() => cancel.abort());
      return endless(ready, signal);
    },
    { cancel: cancel.signal, jobs: 2 },
  );
  expect([state, states.get("loop"), states.size]).toEqual(["CANCELED", "CANCELED", 5]);
});

test("a cancel ends the wait for the next attempt", async () => {
  const cancel = new AbortController();
  const root = graph([task("flaky", { retry: { maxRetries: 1, backoffMs: 3_600_000, factor: 2, maxBackoffMs: 0 } })]);
  const { state, states } = await executed(
    root,
    () => {
      setImmediate(() => cancel.abort());
      return { outcome: "failed", error: { code: "TASK_FAILED", message: "no" } };
    },
    { cancel: cancel.signal, sleep: undefined },
  );
  expect([state, states.get("flaky")]).toEqual(["CANCELED", "CANCELED"]);
});

test("a run that was canceled before its first task executes nothing", async () => {
  const cancel = AbortSignal.abort();
  const root = graph([task("work"), task("exit", { after: ["work"], startsWhen: "upstream ended" })]);
  const { state, executions, states } = await executed(root, () => undefined, { cancel });
  expect([state, executions, Object.fromEntries(states)]).toEqual([
    "CANCELED",
    [],
    { work: "OMITTED", exit: "OMITTED" },
  ]);
});

test("a run whose process ended while it was canceled is canceled by the next one, and its exit tasks are executed", async () => {
  const [leaf, inGraph] = ["work", "part/work"];
  const exit = { after: [leaf], startsWhen: "upstream ended" } as const;
  const part = graph([task("work"), task("exit", exit), task("later", { after: ["work"] })]);
  const root = graph([task("work"), task("exit", exit), task("part", { component: part }), task("never")]);
  const begun = new Map([leaf, "part", inGraph].map((path) => [path, { attempts: 1, failures: 0 }]));
  const { state, executions, states } = await executed(root, () => undefined, { cancel: AbortSignal.abort(), begun });
  expect(state).toBe("CANCELED");
  expect(executions.map(({ path }) => path).sort()).toEqual(["exit", "part/exit"]);
  expect(Object.fromEntries(states)).toMatchObject({
    work: "CANCELED",
    exit: "SUCCEEDED",
    part: "CANCELED",
    "part/work": "CANCELED",
    "part/exit": "SUCCEEDED",
    "part/later": "OMITTED",
    never: "OMITTED",
  });
});

test("a loop whose process ended while it was canceled leads the iterations that had begun to their ends", async () => {
  const body = graph([task("work"), task("exit", { after: ["work"], startsWhen: "upstream ended" })]);
  const root = graph([task("each", { component: body, loop: over([1, 2, 3, 4]) })]);
  const begun = new Map(["each", "each/1", "each/1/work"].map((path) => [path, { attempts: 1, failures: 0 }]));
  const finished = new Map([
    ["each/0", { state: "SUCCEEDED", outputs: noValues, error: undefined, attempts: 1 }],
  ] as const);
  const { state, executions } = await executed(root, () => undefined, { cancel: AbortSignal.abort(), begun, finished });
  expect(state).toBe("CANCELED");
  expect(executions.map(({ path }) => path)).toEqual(["each/1/exit"]);
});

test("a stop ends what is under way, exit tasks too, writes nothing more, and ends the run only then", async () => {
  const stop = new AbortController();
  const log: RunEvent[] = [];
  let underWay = 0;
  const root = graph([task("work"), task("exit", { after: ["work"], startsWhen: "upstream ended" })]);
  const run = executed(
    root,
    async (ready, signal) => {
      if (ready.path === "work") return undefined;
      underWay++;
      setImmediate(() => stop.abort(new Error("closing")));
      await endless(ready, signal);
      await new Promise(setImmediate);
      underWay--;
      return { outcome: "canceled" };
    },
    { stop: stop.signal, emit: async (event) => void log.push(event) },
  );
  await expect(run).rejects.toThrow("closing");
  expect(underWay).toBe(0);
  expect(log.map(({ type }) => type)).toEqual(["task started", "task ended", "task started"]);
});

test("a program that makes the whole run impossible stops it with its error, once all others have ended", async () => {
  const ended: string[] = [];
  const run = executed(graph([task("full"), task("long")]), async (ready, signal) => {
    if (ready.path === "full") throw new Error("no space left on device");
    const result = await endless(ready, signal);
    for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
    ended.push(ready.path);
    return result;
  });
  await expect(run).rejects.toThrow("no space left on device");
  expect(ended).toEqual(["long"]);
});

test("a generated run that is canceled at any event ends, and each task that began has ended", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const root = generatedGraph(randomNumbers(seed));
    for (let at = 0, whole = false; !whole; at += 3) {
      const cancel = new AbortController();
      const log: RunEvent[] = [];
      const emit = async (event: RunEvent) => {
        if (log.push(event) === at) cancel.abort();
      };
      const script: Script = async (_, signal) => {
        await new Promise(setImmediate);
        return signal.aborted ? { outcome: "canceled" } : undefined;
      };
      const { state } = await executed(root, script, { emit, cancel: cancel.signal });
      whole = log.length < at;
      const begun = new Set(log.flatMap((event) => (event.type === "task started" ? [event.task] : [])));
      for (const event of log) if (event.type === "task ended") begun.delete(event.task);
      expect([...begun], `seed ${seed}, canceled at event ${at}`).toEqual([]);
      if (cancel.signal.aborted) expect(state).toBe("CANCELED");
    }
  }
});
