import type { RunEvent } from "@kfp-ts/runner";
import { describe, expect, test } from "vitest";
import { columnsOf } from "../../src/output/printable.ts";
import { plain, styleFor } from "../../src/output/style.ts";
import { RewrittenArea } from "../../src/run/rewritten-area.ts";
import { TaskTree } from "../../src/run/task-tree.ts";
import { treeLines } from "../../src/run/tree-lines.ts";

const inputs = { parameters: {}, artifacts: {} };
const began = (
  task: string,
  at: number,
  kind: "container" | "loop" | "graph" = "container",
  attempt = 1,
): RunEvent => ({
  type: "task started",
  at,
  task,
  kind,
  attempt,
  inputs,
});
const ended = (task: string, at: number, more: Partial<Extract<RunEvent, { type: "task ended" }>> = {}): RunEvent => ({
  type: "task ended",
  at,
  task,
  state: "SUCCEEDED",
  ...more,
});

function lines(events: readonly RunEvent[], more: Partial<Parameters<typeof treeLines>[1]> = {}) {
  const tree = new TaskTree();
  for (const event of events) tree.add(event);
  return treeLines(tree.tasks, { now: 60_000, style: plain, frame: "*", columns: 80, rows: 20, ...more });
}

/** A loop of so many iterations, of which the last two are under way. */
function loopOf(count: number): RunEvent[] {
  const iterations = Array.from({ length: count }, (_, index) => `each/${index}`);
  return [
    began("each", 1000, "loop"),
    ...iterations.flatMap((path) => [began(path, 1000, "graph"), began(`${path}/work`, 1000)]),
    ...iterations.slice(0, -2).flatMap((path) => [ended(`${path}/work`, 2000), ended(path, 2000)]),
  ];
}

describe("the tree of tasks", () => {
  test("says of an iteration its number and what it is for: what its loop did not have", () => {
    const iteration = (index: number, item: string | { readonly a: number }): RunEvent => ({
      type: "task started",
      at: 1000,
      task: `each/${index}`,
      kind: "graph",
      attempt: 1,
      inputs: { parameters: { outer: "same", name: item }, artifacts: {} },
    });
    const loop: RunEvent = {
      type: "task started",
      at: 1000,
      task: "each",
      kind: "loop",
      attempt: 1,
      inputs: { parameters: { outer: "same" }, artifacts: {} },
    };
    const items = [{ a: 1 }, "two\u001b[2J", "3".repeat(99), ""];
    expect(lines([loop, ...items.map((item, index) => iteration(index, item))]).slice(1)).toEqual([
      '  * iteration 0: {"a":1}                   59s',
      "  * iteration 1: two\\x1b[2J                59s",
      `  * iteration 2: ${"3".repeat(23)}…  59s`,
      '  * iteration 3: ""                        59s',
    ]);
  });

  test("has a line for each, with its state, its time and what is special", () => {
    const error = {
      code: "TASK_FAILED",
      message: "the program ended with exit code 1; the end of its log:\nno",
    } as const;
    expect(
      lines([
        began("load", 1000),
        ended("load", 3500, { cached: { runId: "r", task: "load" } }),
        began("train", 4000, "container", 2),
        began("flaky", 4000),
        { type: "attempt failed", at: 59_000, task: "flaky", attempt: 1, error, retryInMs: 10_000 },
        ended("deploy", 4000, { state: "SKIPPED" }),
        began("check", 5000),
        ended("check", 6000, { state: "FAILED", error }),
        ended("after", 6000, { state: "OMITTED" }),
      ]),
    ).toEqual([
      "✔ load    2s  cached",
      "* train   56s  attempt 2",
      "… flaky   56s  attempt 1 failed, again in 9s",
      "– deploy  skipped",
      "✖ check   1s  the program ended with exit code 1",
      "– after   not run",
    ]);
  });

  test("has iterations below their loop, which counts them", () => {
    expect(lines(loopOf(3))).toEqual([
      "* each           59s  1 done, 2 running",
      "  ✔ iteration 0  1s",
      "    ✔ work       1s",
      "  * iteration 1  59s",
      "    * work       59s",
      "  * iteration 2  59s",
      "    * work       59s",
    ]);
  });

  test("folds hundreds of tasks into the lines that there are: what is under way stays", () => {
    expect(lines(loopOf(500), { rows: 10 })).toEqual([
      "* each             59s  498 done, 2 running",
      "  ✔ 498 done",
      "  * iteration 498  59s",
      "    * work         59s",
      "  * iteration 499  59s",
      "    * work         59s",
    ]);
  });

  test.each([0, 1, 2, 5])("never has more lines than %i, and what failed is among them", (rows) => {
    const failed = ended("each/7/work", 3000, { state: "FAILED", error: { code: "TASK_FAILED", message: "no" } });
    const shown = lines([...loopOf(50), failed, ended("each/7", 3000, { state: "FAILED" })], { rows });
    expect(shown.length).toBeLessThanOrEqual(rows);
    if (rows > 2) expect(shown.some((line) => line.includes("✖"))).toBe(true);
  });

  test.each([1, 10, 20, 40, 79])("fits %i columns, in colour too", (columns) => {
    const deep = Array.from({ length: 12 }, (_, index) => `graph-${index}`).join("/");
    const style = styleFor(true, { FORCE_COLOR: "1" });
    const events = [began(`${deep}/日本語のとても長い名前のタスク`, 1000), ...loopOf(3)];
    for (const line of lines(events, { columns, style })) {
      expect(columnsOf(line)).toBeLessThan(Math.max(columns, 4));
    }
  });

  test("shows names that would steer the terminal as they are written", () => {
    expect(lines([began("a\u001b[2Jb", 1000)])[0]).toContain("a\\x1b[2Jb");
  });

  test("begins anew with what failed once a run is gone on with", () => {
    const tree = new TaskTree();
    for (const event of [began("a", 1), ended("a", 2), began("b", 2), ended("b", 3, { state: "FAILED" })])
      tree.add(event);
    tree.add({ type: "run resumed", at: 10, retryFailed: true });
    expect(tree.counts()).toMatchObject({ succeeded: 1, failed: 0, running: 1 });
  });
});

describe("lines that are rewritten", () => {
  test("are taken away whole, also where the terminal has become narrower since", () => {
    let written = "";
    const output = {
      isTerminal: true,
      columns: 40,
      write(text: string) {
        written += text;
      },
    };
    const area = new RewrittenArea(output);
    area.draw(["x".repeat(39), "y"]);
    expect(written).toBe(`${"x".repeat(39)}\ny\n`);
    output.columns = 20;
    written = "";
    area.draw(["z"]);
    expect(written).toBe("\r\u001b[3A\u001b[Jz\n");
  });
});
