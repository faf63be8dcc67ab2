import { expect, test } from "vitest";
import { cannedServer } from "../canned-server.ts";
import { outcomeOf } from "../embedded.ts";
import { type FakeOptions, fakeIo } from "../fake-io.ts";

const server = cannedServer();
const id = "11111111-1111-7111-8111-111111111111";
const run = (state: string, tasks: Record<string, string> = {}) => ({
  run_id: id,
  display_name: "demo",
  created_at: "2026-01-31T12:00:00Z",
  state,
  run_details: {
    task_details: Object.entries(tasks).map(([name, state]) => ({ task_id: name, display_name: name, state })),
  },
});

/** Answers with one state after the other, and then always with the last. */
function states(...runs: object[]): void {
  let at = 0;
  server.answer(() => ({ body: runs[Math.min(at++, runs.length - 1)] }));
}

const watch = (argv: readonly string[] = [], options: FakeOptions = {}) =>
  fakeIo({ ...options, argv: ["runs", "watch", id, "--endpoint", server.url, ...argv] });

test.each([
  ["SUCCEEDED", 0],
  ["SKIPPED", 0],
  ["FAILED", 5],
  ["CANCELED", 5],
])("a run that ends %s ends with exit code %i", async (state, code) => {
  states(run(state));
  expect(await outcomeOf(watch())).toMatchObject({ code });
});

test("without a terminal every change is a line on stderr with its time, the end of the run the last; then the run is printed", async () => {
  states(run("PENDING"), run("RUNNING", { train: "RUNNING" }), run("SUCCEEDED", { train: "SUCCEEDED" }));
  const { stdout, stderr } = await outcomeOf(watch(["-o", "json"], { now: () => Date.parse("2026-01-31T12:00:10Z") }));
  expect(stderr.replaceAll("2026-01-31T12:00:10Z ", "").split("\n")).toEqual([
    "run demo: PENDING",
    "run demo: RUNNING",
    "task train: RUNNING",
    "task train: SUCCEEDED",
    "run demo: SUCCEEDED",
    "",
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ run_id: id, state: "SUCCEEDED" });
});

test("a task in a loop is named with the iteration that it belongs to, also where tasks are in a circle", async () => {
  const task_details = [
    { task_id: "1", display_name: "for-loop-1", state: "RUNNING" },
    { task_id: "2", display_name: "iteration 0", state: "RUNNING", parent_task_id: "1" },
    { task_id: "3", display_name: "train", state: "SUCCEEDED", parent_task_id: "2" },
    { task_id: "4", display_name: "a", state: "SUCCEEDED", parent_task_id: "5" },
    { task_id: "5", display_name: "b", state: "SUCCEEDED", parent_task_id: "4" },
  ];
  states({ ...run("SUCCEEDED"), run_details: { task_details } });
  const { stderr } = await outcomeOf(watch());
  expect(stderr).toMatch(/ task for-loop-1\/iteration 0\/train: SUCCEEDED\n.* task b\/a: SUCCEEDED\n.* task a\/b: /);
});

test("on a terminal the tasks are a tree that changes, and what has become of them stays", async () => {
  const details = (state: string) => ({
    ...run(state),
    run_details: {
      task_details: [
        { task_id: "1", display_name: "for-loop-1", state, child_tasks: [{ task_id: "2" }] },
        { task_id: "2", display_name: "train", state, parent_task_id: "1" },
        { task_id: "3", display_name: "test", state: "FAILED", error: { code: 2, message: "exit code 3" } },
      ],
    },
  });
  states(details("RUNNING"), details("SUCCEEDED"));
  const { stderr } = await outcomeOf(
    watch([], { terminal: true, columns: 60, env: { NO_COLOR: "1" }, now: () => Date.parse("2026-01-31T12:01:20Z") }),
  );
  expect(stderr).toContain("demo RUNNING 1m 20s, 1 of 3 tasks");
  expect(stderr).toMatch(/⠋ for-loop-1\n {2}⠋ train\n✖ test +exit code 3\n⠋ demo RUNNING/);
  expect(stderr).toMatch(/✔ for-loop-1\n {2}✔ train\n✖ test +exit code 3\n$/);
});

test("tasks that belong to each other in a circle are shown all the same", async () => {
  const task_details = [
    { task_id: "1", display_name: "a", state: "SUCCEEDED", parent_task_id: "2" },
    { task_id: "2", display_name: "b", state: "SUCCEEDED", parent_task_id: "1" },
  ];
  states({ ...run("SUCCEEDED"), run_details: { task_details } });
  const { code, stderr } = await outcomeOf(watch([], { terminal: true, env: { NO_COLOR: "1" } }));
  expect(code).toBe(0);
  expect(stderr).toMatch(/✔ b\n {2}✔ a\n/);
});

test("the outputs of the pipeline come last where the server tells them, and programs get the run alone", async () => {
  const outputs = { run_id: id, parameters: { sum: 25, note: "" }, artifacts: [{ name: "model", uri: "/runs/model" }] };
  server.answer(({ url = "" }) => ({ body: url.includes("/outputs") ? outputs : run("SUCCEEDED") }));
  expect((await outcomeOf(watch())).stdout).toMatch(/\n\nOutputs\nsum: +25\nnote: +""\nmodel: +\/runs\/model\n$/);
  expect(JSON.parse((await outcomeOf(watch(["-o", "json"]))).stdout)).not.toHaveProperty("parameters");
});

test("a run that succeeded ends with 0 where its outputs cannot be told", async () => {
  const answers = { 404: { code: 5, message: "Not Found" }, 403: { code: 7, message: "not for you" } };
  for (const [status, body] of Object.entries(answers)) {
    server.answer(({ url = "" }) =>
      url.includes("/outputs") ? { status: Number(status), body } : { body: run("SUCCEEDED") },
    );
    const { code, stdout, stderr } = await outcomeOf(watch());
    expect(code).toBe(0);
    expect(stdout).not.toContain("Outputs");
    expect(stderr.includes("could not be read")).toBe(status === "403");
  }
});

test("after a run that failed it is said where its logs are and how to run again what failed", async () => {
  states(run("FAILED"));
  const { code, stderr } = await outcomeOf(watch());
  expect(code).toBe(5);
  expect(stderr).toMatch(new RegExp(`kfp-ts runs logs ${id}\n.*kfp-ts runs retry ${id}\n$`));
});

test("a line is never wider than the terminal", async () => {
  states({ ...run("SUCCEEDED", { ["t".repeat(200)]: "SUCCEEDED" }), display_name: "x".repeat(200) });
  const { stderr } = await outcomeOf(watch([], { terminal: true, columns: 40, env: { NO_COLOR: "1" } }));
  const widths = stderr.split("\n").map((line) => [...(line.split("\u001b[J").at(-1) ?? "")].length);
  expect(Math.max(...widths)).toBeLessThan(40);
});

test("a run that takes too long is left, with exit code 1 and what to do", async () => {
  states(run("RUNNING"));
  const { code, stderr } = await outcomeOf(watch(["--max-wait", "1s"]));
  expect(code).toBe(1);
  expect(stderr).toMatch(/error: .*RUNNING/);
});

test("Ctrl-C ends watching at once with 130, and says that the run goes on", async () => {
  states(run("RUNNING"));
  const fake = watch();
  const outcome = outcomeOf(fake);
  while (!fake.stderr().includes("RUNNING")) await new Promise((resolve) => setTimeout(resolve, 5));
  const began = performance.now();
  fake.signal("SIGINT");
  const { code, stderr } = await outcome;
  expect(code).toBe(130);
  expect(performance.now() - began).toBeLessThan(500);
  expect(stderr).toContain(`the run goes on. Watch it again: kfp-ts runs watch ${id}`);
});

test("a server that is away for a moment is waited for", async () => {
  let answered = 0;
  let refused = 0;
  server.answer(() => {
    // Once the run has been seen: the client itself tries three times before it calls a server out of reach.
    if (answered >= 3 && refused < 3) {
      refused++;
      return { status: 503, body: { code: 14, message: "not now" } };
    }
    answered++;
    return { body: run(refused === 0 ? "RUNNING" : "SUCCEEDED") };
  });
  const { code, stderr } = await outcomeOf(watch());
  expect(code).toBe(0);
  expect(stderr).toContain("waiting for the server");
});
