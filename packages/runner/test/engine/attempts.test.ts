import { expect, test } from "vitest";
import { waitBeforeNext } from "../../src/engine/leaf-run.ts";
import { noValues } from "../../src/values/values.ts";
import { executed, failed, gave } from "./executed.ts";
import { container, graph, over, task } from "./plans.ts";

const retry = { maxRetries: 3, backoffMs: 1000, factor: 2, maxBackoffMs: 3_600_000 };

test("a failed leaf is tried again, each time after a longer wait, until an attempt succeeds", async () => {
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => void waits.push(milliseconds);
  const { state, executions, events } = await executed(
    graph([task("flaky", { retry })]),
    ({ attempt }) => (attempt < 3 ? failed(`number ${attempt}`) : gave(1)),
    { sleep },
  );
  expect([state, executions.map(({ attempt }) => attempt), waits]).toEqual(["SUCCEEDED", [1, 2, 3], [1000, 2000]]);
  expect(
    events.map((event) => (event.type === "attempt failed" ? [event.attempt, event.retryInMs] : event.type)),
  ).toEqual(["task started", [1, 1000], "task started", [2, 2000], "task started", "task ended"]);
});

test("after the last attempt a task has failed with that attempt's error", async () => {
  const { state, executions, error } = await executed(graph([task("bad", { retry })]), ({ attempt }) =>
    failed(`number ${attempt}`),
  );
  expect([state, executions.length, error?.message]).toEqual(["FAILED", 4, "task bad: number 4"]);
});

test("a graph is not tried again, only the leaves in it that say so, as on a cluster", async () => {
  const root = graph([task("group", { retry, component: graph([task("bad")]) })]);
  const { executions } = await executed(root, () => failed());
  expect(executions).toHaveLength(1);
});

test("an importer is not tried again, as on a cluster", async () => {
  const { inputs, outputs } = container("import");
  const component = { kind: "importer", name: "import", inputs, outputs, executorLabel: "exec", importer: {} } as const;
  const { executions } = await executed(graph([task("import", { retry, component })]), () => failed());
  expect(executions).toHaveLength(1);
});

test("the longest duration is that of all attempts together: none begins after it", () => {
  expect(waitBeforeNext({ ...retry, maxBackoffMs: 5000 }, 1, 3000)).toBe(1000);
  expect(waitBeforeNext({ ...retry, maxBackoffMs: 5000 }, 2, 3001)).toBeUndefined();
  expect(waitBeforeNext({ ...retry, maxBackoffMs: 0 }, 3, 10_000_000)).toBe(4000);
});

test("a wait that is longer than timers have is as long as they have, and not none", () => {
  const long = { maxRetries: 10, backoffMs: 10 ** 10, factor: 1e308, maxBackoffMs: 0 };
  expect([waitBeforeNext(long, 1, 0), waitBeforeNext(long, 3, 0)]).toEqual([2 ** 31 - 1, 2 ** 31 - 1]);
});

test("while a task waits for its next attempt, another has its job", async () => {
  const order: string[] = [];
  let wake: () => void = () => {};
  const root = graph([task("flaky", { retry: { ...retry, maxRetries: 1 } }), task("other")]);
  await executed(
    root,
    ({ path, attempt }) => {
      order.push(`${path} ${attempt}`);
      if (path === "other") wake();
      return path === "flaky" && attempt === 1 ? failed() : undefined;
    },
    { jobs: 1, sleep: () => new Promise((resolve) => (wake = resolve)) },
  );
  expect(order).toEqual(["flaky 1", "other 1", "flaky 2"]);
});

test.each([
  ["another iteration begins", 0, ["0 1", "1 1", "2 1", "0 2"]],
  ["no other begins where the loop allows only one", 1, ["0 1", "0 2", "1 1", "2 1"]],
])("while a task of an iteration waits for its next attempt, %s", async (_what, parallelism, expected) => {
  const order: string[] = [];
  let wake: () => void = () => {};
  const body = graph([task("flaky", { retry: { ...retry, maxRetries: 1 } })]);
  const loops = [
    task("loop", { component: body, loop: over([0, 1, 2], "item", parallelism) }),
    task("outer", {
      component: graph([task("loop", { component: body, loop: over([0]) })]),
      loop: over([0, 1, 2], "item", parallelism),
    }),
  ];
  for (const loop of loops) {
    order.length = 0;
    await executed(
      graph([loop]),
      ({ path, attempt }) => {
        order.push(`${path.split("/")[1]} ${attempt}`);
        if (path.split("/")[1] === "2") wake();
        return path.split("/")[1] === "0" && attempt === 1 ? failed() : undefined;
      },
      { jobs: 1, sleep: () => (parallelism === 1 ? Promise.resolve() : new Promise((resolve) => (wake = resolve))) },
    );
    expect([loop.name, ...order]).toEqual([loop.name, ...expected]);
  }
});

test("an attempt that was interrupted is followed by the next one, and does not count as tried", async () => {
  const begun = new Map([["flaky", { attempts: 2, failures: 1 }]]);
  const { executions, state } = await executed(
    graph([task("flaky", { retry: { ...retry, maxRetries: 2 } })]),
    ({ attempt }) => (attempt < 4 ? failed() : gave(1)),
    { begun },
  );
  expect([state, executions.map(({ attempt }) => attempt)]).toEqual(["SUCCEEDED", [3, 4]]);
});

test("an exit task whose run is tried again is executed again, with all in it and as its next attempt", async () => {
  const end = { state: "SUCCEEDED", outputs: noValues, attempts: 2 } as const;
  const root = graph([
    task("work"),
    task("exit", {
      component: graph([task("tell")]),
      loop: over(["mail"]),
      after: ["work"],
      startsWhen: "upstream ended",
    }),
  ]);
  const finished = new Map(["exit", "exit/0", "exit/0/tell"].map((path) => [path, end]));
  const begun = new Map([["work", { attempts: 1, failures: 0 }]]);
  const { executions } = await executed(root, () => undefined, { finished, begun });
  expect(executions.map(({ path, attempt }) => [path, attempt])).toEqual([
    ["work", 2],
    ["exit/0/tell", 3],
  ]);
});

test("what has finished is neither executed nor written down again, and a finished graph stands for all in it", async () => {
  const group = graph([task("one"), task("two")]);
  const end = { state: "SUCCEEDED", outputs: noValues, attempts: 1 } as const;
  const { executions, events } = await executed(
    graph([task("group", { component: group }), task("before"), task("after", { after: ["group", "before"] })]),
    () => undefined,
    {
      finished: new Map([
        ["group", end],
        ["before", end],
      ]),
    },
  );
  expect(executions.map(({ path }) => path)).toEqual(["after"]);
  expect(events.map((event) => "task" in event && event.task)).toEqual(["after", "after"]);
});
