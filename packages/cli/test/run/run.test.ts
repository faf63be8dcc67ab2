import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { attemptFolder, type RunEvent, RunnerError, runFolder } from "@kfp-ts/runner";
import { describe, expect, test } from "vitest";
import { packageFolder } from "../compiled.ts";
import { aRun, aTask, scripted } from "./scripted-runner.ts";

const folder = packageFolder();
const file = () => folder.write("demo");

const events: readonly RunEvent[] = [
  { type: "run started", at: 5000 },
  { type: "task started", at: 5001, task: "echo", kind: "container", attempt: 1, inputs: aRun.outputs },
  { type: "task ended", at: 6200, task: "echo", state: "SUCCEEDED" },
  { type: "run ended", at: 6300, state: "SUCCEEDED", outputs: aRun.outputs },
];

describe("what is run", () => {
  test("is the pipeline of the file, with parameters as it types them", async () => {
    const argv = [file(), "--param", "epochs=3", "--param", "text=7", "--no-cache", "--name", "mine"];
    const { code, called } = await scripted({}, { argv: [...argv, "--jobs", "2", "--time-limit", "2m"] }).outcome;
    expect(code).toBe(0);
    expect(called[0]).toEqual(["open", { jobs: 2, isolation: "none", python: undefined, hostCommands: false }]);
    expect(called[1]).toMatchObject([
      "start",
      { parameters: { epochs: 3, text: "7" }, cache: false, displayName: "mine", timeLimitMs: 120_000 },
    ]);
    expect(called.at(-1)).toEqual(["close"]);
  });

  test("takes parameters of a file as YAML or JSON, and --param wins over it", async () => {
    const parameters = folder.path("parameters.yaml");
    writeFileSync(parameters, "epochs: 5\ntext: from the file\n");
    const { called } = await scripted({}, { argv: [file(), "--params-file", parameters, "--param", "text=said"] })
      .outcome;
    expect(called[1]).toMatchObject(["start", { parameters: { epochs: 5, text: "said" } }]);
  });

  test("takes artifacts by name: a path is one from here, and a name that stands twice is a list", async () => {
    const argv = [file(), "--artifact", "data=./a.csv", "--artifact", "data=s3://b/c"];
    const { called } = await scripted({}, { argv }).outcome;
    expect(called[1]).toMatchObject(["start", { artifacts: { data: [`${process.cwd()}/a.csv`, "s3://b/c"] } }]);
  });

  test("of a run that failed or was canceled, --resume executes again what failed; of one that was left, what is not done", async () => {
    const resumed = async (state: "FAILED" | "CANCELED" | "RUNNING") =>
      (await scripted({ view: { state } }, { argv: ["--resume", "run/run-1"] }).outcome).called[1];
    expect(await resumed("FAILED")).toEqual(["resume", "run-1", { retryFailed: true }]);
    expect(await resumed("CANCELED")).toEqual(["resume", "run-1", { retryFailed: true }]);
    expect(await resumed("RUNNING")).toEqual(["resume", "run-1", { retryFailed: false }]);
  });

  test.each([
    ["nothing", [], "It is not said what is to run."],
    ["a file and a run", ["x.yaml", "--resume", "run-1"], "FILE and --resume exclude each other."],
    ["a run with parameters", ["--resume", "run-1", "--param", "a=1"], "--param is of its beginning"],
    ["a list of a file", ["x.yaml", "--list"], "--list runs nothing."],
    ["a verb of runs", ["list"], "Did you mean kfp-ts runs list?"],
    ["another isolation", ["x.yaml", "--isolation", "docker"], '"docker" is no isolation'],
  ])("is not %s: exit code 2, and nothing is opened", async (_, argv, message) => {
    const { code, stderr, called } = await scripted({}, { argv }).outcome;
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(called).toEqual([]);
  });
});

describe("what a person sees", () => {
  test("of progress where no terminal is: a line for every change, with its time, on stderr", async () => {
    const { stderr } = await scripted({ events }, { argv: [file()] }).outcome;
    expect(stderr.split("\n").slice(0, 4)).toEqual([
      "1970-01-01T00:00:05Z run demo: RUNNING",
      "1970-01-01T00:00:05Z task echo: RUNNING",
      "1970-01-01T00:00:06Z task echo: SUCCEEDED after 1s",
      "1970-01-01T00:00:06Z run demo: SUCCEEDED",
    ]);
  });

  test("of a task in a loop: for which item it is, where it starts and where it fails", async () => {
    const began = (task: string, kind: "loop" | "graph" | "container", parameters = {}): RunEvent => ({
      type: "task started",
      at: 5000,
      task,
      kind,
      attempt: 1,
      inputs: { parameters, artifacts: {} },
    });
    const { stderr } = await scripted(
      {
        events: [
          began("each", "loop"),
          began("each/7", "graph", { item: "b" }),
          began("each/7/train", "container"),
          { type: "task ended", at: 6000, task: "each/7/train", state: "FAILED" },
        ],
      },
      { argv: [file()] },
    ).outcome;
    expect(stderr).toContain("task each/7/train: RUNNING, item b\n");
    expect(stderr).toContain("task each/7/train: FAILED after 1s, item b\n");
  });

  test("at the start: what differs here from a cluster", async () => {
    const findings = [
      { kind: "otherwise here", rule: "secret", path: [], message: "The secret db is not there." },
      { kind: "refused by Kubeflow", rule: "loop", path: [], message: "No loops there." },
    ] as unknown as NonNullable<Parameters<typeof scripted>[0]["findings"]>;
    const { stderr } = await scripted({ findings }, { argv: [file()] }).outcome;
    expect(stderr).toContain("note: The secret db is not there.\n");
    expect(stderr).not.toContain("No loops there");
  });

  test("at the end: the outputs of the pipeline", async () => {
    const type = { schemaTitle: "system.Model" };
    const model = { name: "m", type, uri: "/data/model", metadata: { framework: "none" } };
    const outputs = { parameters: { accuracy: 0.97, text: "two\nlines" }, artifacts: { model: [model] } };
    const tasks = [aTask("a"), aTask("b", { cached: { runId: "run-0", task: "b" } })];
    const { stdout } = await scripted({ view: { outputs, tasks } }, { argv: [file()] }).outcome;
    expect(stdout).toContain("SUCCEEDED after 3s, 2 tasks, 1 cached\n");
    expect(stdout).toMatch(
      /^Outputs\naccuracy: +0\.97\ntext: +two\\nlines\nmodel: +\/data\/model {2}\(framework="none"\)\n/m,
    );
  });

  test("of a pipeline without outputs: those of its tasks", async () => {
    const tasks = [aTask("add", { outputs: { parameters: { Output: 3 }, artifacts: {} } })];
    const { stdout } = await scripted({ view: { tasks } }, { argv: [file()] }).outcome;
    expect(stdout).toContain("Outputs of its tasks\nadd.Output:  3\n");
  });

  test("of a failure: the task, the last lines of its log, the path to the rest, and how to go on", async () => {
    const { log } = attemptFolder(runFolder(folder.path("runs"), "run-1").tasks, "train", 2);
    mkdirSync(dirname(log), { recursive: true });
    writeFileSync(
      log,
      `${Array.from({ length: 50 }, (_, index) => `line ${index}`).join("\n")}\nValueError: \u001b[31mno\n`,
    );
    const error = {
      code: "TASK_FAILED",
      message: "the program ended with exit code 1; the end of its log:\nall of it",
    } as const;
    const tasks = [aTask("train", { state: "FAILED", attempts: 2, error })];
    const script = { view: { state: "FAILED", tasks, error } as const, folder: folder.path("runs") };
    const { code, stdout, stderr } = await scripted(script, { argv: [file()] }).outcome;
    expect(code).toBe(5);
    expect(stderr).toContain("task train failed: the program ended with exit code 1\n");
    expect(stderr).not.toContain("line 40\n");
    expect(stderr).toContain("  │ line 49\n  │ ValueError: \\x1b[31mno\n");
    expect(stderr).toContain(`all of its log: ${log}\n`);
    expect(stderr).toContain("Execute again what failed: kfp-ts run --resume run-1\n");
    expect(stdout).toContain("FAILED after 3s");
  });

  test("of the runs of this machine: which were interrupted", async () => {
    const view = { state: "RUNNING", endedAt: 0 } as const;
    const { code, stdout } = await scripted({ view }, { argv: ["--list"] }).outcome;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^RUN +STATE +NAME +CREATED +TOOK\nrun-1 +INTERRUPTED +demo +just now$/m);
  });
});

describe("what a program reads", () => {
  test("is one object, and progress stays on stderr", async () => {
    const tasks = [
      aTask("a", { cached: { runId: "run-0", task: "a" }, outputs: { parameters: { Output: 1 }, artifacts: {} } }),
      aTask("b", { state: "FAILED", error: { code: "TASK_FAILED", message: "no", exitCode: 3 } }),
    ];
    const view = { state: "FAILED", tasks, error: { code: "TASK_FAILED", message: "no" } } as const;
    const { code, json, stderr } = await scripted({ view, events }, { argv: [file(), "--output", "json"] }).outcome;
    expect(code).toBe(5);
    expect(json()).toMatchObject({
      state: "FAILED",
      runId: "run-1",
      outputs: { parameters: {}, artifacts: {} },
      tasks: [
        { path: "a", state: "SUCCEEDED", durationMs: 1000, cached: { runId: "run-0" }, error: null },
        { path: "b", state: "FAILED", cached: null, error: { code: "TASK_FAILED", exitCode: 3 } },
      ],
      error: { code: "TASK_FAILED", message: "no" },
    });
    expect(stderr).toContain("task echo: RUNNING");
  });

  test.each([
    ["no file", ["/nonexistent.yaml"], 1, "FILE_UNREADABLE"],
    ["no such option", ["--nonsense"], 2, undefined],
    ["no such parameter", ["FILE", "--param", "nonsense=1"], 2, undefined],
  ])("is that object where there is %s, too", async (_, words, exitCode, errorCode) => {
    const argv = [...words.map((word) => (word === "FILE" ? file() : word)), "--output=json"];
    const { code, json, stderr } = await scripted({}, { argv }).outcome;
    expect(code).toBe(exitCode);
    expect(json()).toMatchObject({ state: null, runId: null, outputs: { parameters: {} }, tasks: [] });
    expect(json().error.message).not.toBe("");
    expect(json().error.code).toBe(errorCode);
    expect(stderr).toMatch(/^error: /);
  });

  test("is that object where the run is refused, with the code of the runner", async () => {
    const refusal = new RunnerError("CANNOT_RUN_HERE", "task a: the image alpine takes a container engine");
    const { code, json, stderr } = await scripted({ refusal }, { argv: [file(), "-o", "json"] }).outcome;
    expect(code).toBe(1);
    expect(json()).toMatchObject({ state: null, error: { code: "CANNOT_RUN_HERE" } });
    expect(stderr).toContain("error: Task a: the image alpine takes a container engine.\nfix: ");
    expect(stderr).toContain("more: kfp-ts explain CANNOT_RUN_HERE");
  });

  test("is the run as far as it came where it could not be written down", async () => {
    const failure = new RunnerError("STORE_FAILED", "no space left on device");
    const script = { failure, view: { state: "RUNNING" } as const };
    const { code, json, stderr } = await scripted(script, { argv: [file(), "-o", "json"] }).outcome;
    expect(code).toBe(1);
    expect(json()).toMatchObject({ state: "RUNNING", runId: "run-1", error: { code: "STORE_FAILED" } });
    expect(stderr).toContain("Go on with it: kfp-ts run --resume run-1\n");
  });

  test("is wanted by the variable as well, and of the list", async () => {
    const { json } = await scripted({}, { argv: ["--list"], env: { KFP_OUTPUT: "json" } }).outcome;
    expect(json()).toMatchObject({ runs: [{ runId: "run-1", state: "SUCCEEDED", underWay: false }] });
  });
});

describe("Ctrl-C", () => {
  const pressed = async (script: Parameters<typeof scripted>[0], times: number) => {
    const { fake, outcome, called } = scripted(script, { argv: [file(), "-o", "json"] });
    await expect.poll(() => called.some(([what]) => what === "start")).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    for (let time = 0; time < times; time += 1) {
      fake.signal("SIGINT");
      await new Promise((resolve) => setImmediate(resolve));
    }
    return outcome;
  };

  test("cancels the run, says that exit tasks still run, and how to go on: exit code 130", async () => {
    const { code, stderr, json, called } = await pressed({ canceled: "CANCELED" }, 1);
    expect(code).toBe(130);
    expect(called).toContainEqual(["cancel"]);
    expect(stderr).toContain("Canceling; exit tasks are still executed. Ctrl-C again ends everything at once.");
    expect(stderr).toContain("kfp-ts run --resume run-1");
    expect(json()).toMatchObject({ state: "CANCELED", runId: "run-1" });
  });

  test("leaves the run where it is when it comes again", async () => {
    const { code, stderr, json, called } = await pressed({ canceled: "never", view: { state: "CANCELING" } }, 2);
    expect(code).toBe(130);
    expect(called).toContainEqual(["close"]);
    expect(json()).toMatchObject({ state: "CANCELING", runId: "run-1", error: { code: "RUN_INTERRUPTED" } });
    expect(stderr).toContain("Go on with it: kfp-ts run --resume run-1\n");
  });

  test("that comes too late is no failure", async () => {
    expect((await pressed({ canceled: "SUCCEEDED" }, 1)).code).toBe(0);
  });
});
