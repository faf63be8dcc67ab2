import { execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "@kfp-ts/api";
import { expect, test } from "vitest";
import type { TaskResult } from "../../src/engine/engine.ts";
import type { ExecutorInput } from "../../src/tasks/executor-input.ts";
import { artifactOutput, attempt, parameterOutput, runsFolder } from "./attempt.ts";

const fileOf = (input: ExecutorInput) => input.outputs.parameters?.out?.outputFile ?? "";
const modelOf = (input: ExecutorInput) => input.outputs.artifacts?.model?.artifacts[0]?.uri ?? "";

async function fromFile(type: Parameters<typeof parameterOutput>[0], text: string): Promise<TaskResult> {
  return await attempt(await runsFolder(), {
    component: { outputs: parameterOutput(type) },
    program: async (_job, input) => writeFile(fileOf(input), text),
  });
}

async function fromJson(outputs: ReturnType<typeof artifactOutput>, written: unknown): Promise<TaskResult> {
  return await attempt(await runsFolder(), {
    component: { outputs },
    program: async (_job, input) =>
      writeFile(input.outputs.outputFile, typeof written === "string" ? written : JSON.stringify(written)),
  });
}

function failure(result: TaskResult): string {
  if (result.outcome !== "failed") throw new Error(`it ${result.outcome}`);
  return `${result.error.code}: ${result.error.message}`;
}

test.each([
  ["NUMBER_INTEGER", " 42\n", 42],
  ["NUMBER_DOUBLE", "1e-3", 0.001],
  ["STRING", " as it is\n", " as it is\n"],
  ["BOOLEAN", "True", true],
  ["BOOLEAN", "0", false],
  ["LIST", "[1, 2.5]", [1, 2.5]],
  ["STRUCT", '{"a": null}', { a: null }],
] as const)("a file is read as a %s as a cluster reads it", async (type, text, value) => {
  expect(await fromFile(type, text)).toMatchObject({ outputs: { parameters: { out: value } } });
});

test.each([
  ["NUMBER_INTEGER", "4.5"],
  ["NUMBER_INTEGER", "0x10"],
  ["NUMBER_INTEGER", "99999999999999999999"],
  ["NUMBER_DOUBLE", "many"],
  ["BOOLEAN", "yes"],
  ["LIST", "{}"],
  ["STRUCT", "[]"],
  ["STRUCT", "{broken"],
] as const)("a file that is no %s fails the task and names the output: %s", async (type, text) => {
  expect(failure(await fromFile(type, text))).toContain(`OUTPUT_INVALID: its output out is a ${type}`);
});

test("a value that nests as deep as values may is taken, and one that nests deeper fails the task", async () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  expect(await fromFile("LIST", nested(1000))).toMatchObject({ outcome: "succeeded" });
  expect(failure(await fromFile("LIST", nested(1001)))).toBe(
    "OUTPUT_INVALID: its output out nests more than 1000 deep",
  );
  const json = `{"parameterValues": {"out": ${nested(100_000)}}}`;
  expect(failure(await fromJson(parameterOutput("LIST"), json))).toContain("nests more than 1000 deep");
  const metadata = `{"artifacts": {"model": {"artifacts": [{"metadata": {"a": ${nested(100_000)}}}]}}}`;
  expect(failure(await fromJson(artifactOutput(), metadata))).toContain("metadata of its output artifact model nests");
});

test("what the executor wrote of a parameter counts more than its file", async () => {
  const result = await attempt(await runsFolder(), {
    component: { outputs: parameterOutput("NUMBER_INTEGER") },
    program: async (_job, input) => {
      await writeFile(fileOf(input), "1");
      await writeFile(input.outputs.outputFile, '{"parameterValues": {"out": 2, "another": 3}}');
    },
  });
  expect(result).toMatchObject({ outcome: "succeeded", outputs: { parameters: { out: 2 } } });
  expect(result).not.toHaveProperty("outputs.parameters.another");
});

test("a parameter of another type than declared fails the task", async () => {
  const result = await fromJson(parameterOutput("NUMBER_INTEGER"), { parameterValues: { out: "2" } });
  expect(failure(result)).toBe('OUTPUT_INVALID: its output out is a NUMBER_INTEGER, and what it gave is "2"');
});

test("a parameter that was not written fails the task, an artifact that was not written does not", async () => {
  const folder = await runsFolder();
  expect(failure(await attempt(folder, { component: { outputs: parameterOutput("STRING") } }))).toContain("is missing");
  expect(await attempt(folder, { component: { outputs: artifactOutput() } })).toMatchObject({ outcome: "succeeded" });
});

test.each([
  ["broken", '{"parameterValues":', "no JSON"],
  ["with NaN", '{"parameterValues": {"x": NaN}}', "NaN and Infinity are none of its numbers"],
  ["a list", "[]", "no JSON object"],
  ["parameters that are a text", { parameterValues: "x" }, "parameterValues"],
  ["artifacts that are a list", { artifacts: [] }, "artifacts of its outputs"],
  ["an artifact that is a text", { artifacts: { model: { artifacts: ["x"] } } }, "model is no JSON object"],
  ["a uri with a NUL", { artifacts: { model: { artifacts: [{ uri: "/a\0b" }] } } }, "uri .* holds a NUL"],
  [
    "a path with a NUL",
    { artifacts: { model: { artifacts: [{ customPath: "/a\0b" }] } } },
    "customPath .* holds a NUL",
  ],
  ["a uri that is a number", { artifacts: { model: { artifacts: [{ uri: 1 }] } } }, "uri of its output artifact model"],
])("what the executor wrote of its outputs is refused when it is %s", async (_what, written, fact) => {
  expect(failure(await fromJson(artifactOutput(), written))).toMatch(new RegExp(`^OUTPUT_INVALID: .*${fact}`));
});

test("the executor's metadata is added to the artifact's, and names of protocol buffers are read both ways", async () => {
  const folder = await runsFolder();
  const result = await attempt(folder, {
    component: {
      outputs: { parameters: {}, artifacts: { model: { artifactType: {}, metadata: { kept: 1, changed: 1 } } } },
    },
    program: async (job, input) => {
      const path = join(job.folder, "tmp", "elsewhere");
      await writeFile(path, "weights");
      const model = { name: "model", uri: modelOf(input), metadata: { changed: 2 }, custom_path: path };
      await writeFile(input.outputs.outputFile, JSON.stringify({ artifacts: { model: { artifacts: [model] } } }));
    },
  });
  if (result.outcome !== "succeeded") throw new Error(failure(result));
  const [model] = result.outputs.artifacts.model ?? [];
  expect(model?.metadata).toEqual({ kept: 1, changed: 2 });
  // Whoever reads the artifact knows only its URI: so its content is there.
  expect(model?.customPath).toBeUndefined();
  expect(await readFile(model?.uri ?? "", "utf8")).toBe("weights");
});

test("a list of artifacts has as many as the executor wrote, none where it wrote none", async () => {
  const written = { artifacts: { model: { artifacts: [{ name: "a" }, { name: "b", metadata: { n: 2 } }] } } };
  const result = await fromJson(artifactOutput("model", true), written);
  expect(result).toMatchObject({
    outputs: { artifacts: { model: [{ name: "a" }, { name: "b", metadata: { n: 2 } }] } },
  });
  expect(await fromJson(artifactOutput("model", true), {})).toMatchObject({ outputs: { artifacts: { model: [] } } });
});

type Program = (place: string) => Promise<unknown>;

test.each<[string, Program]>([
  ["a link to a file of somebody else", (place) => symlink("/etc/passwd", place)],
  ["a link to nothing", (place) => symlink("/nowhere/at/all", place)],
  ["a pipe", async (place) => execFileSync("mkfifo", [place])],
  ["a folder", (place) => mkdir(place)],
  ["larger than anybody reads", async (place) => writeFile(place, "").then(() => truncate(place, 2 ** 40))],
])("a parameter's file is refused when it is %s", async (_what, make) => {
  const result = await attempt(await runsFolder(), {
    component: { outputs: parameterOutput("STRING") },
    program: async (_job, input) => void (await make(fileOf(input))),
  });
  expect(failure(result)).toMatch(/^OUTPUT_INVALID/);
  expect(failure(result)).not.toContain("root:");
});

test.each<[string, Program]>([
  ["the folder of its outputs", (folder) => replaced(join(folder, "outputs"))],
  ["the file of all its outputs", (folder) => replaced(join(folder, "output_metadata.json"))],
])("a task reads no file of somebody else by making a link of %s", async (_what, replace) => {
  const result = await attempt(await runsFolder(), {
    component: { outputs: { parameters: { hostname: { parameterType: "STRING" } }, artifacts: {} } },
    program: async (job) => void (await replace(job.folder)),
  });
  expect(failure(result)).toMatch(/^OUTPUT_INVALID/);
});

test.each<[string, Program, string]>([
  ["a link to a file of somebody else", (log) => symlink("/etc/passwd", log), "wrote nothing to its log"],
  ["a pipe", async (log) => execFileSync("mkfifo", [log]), "wrote nothing to its log"],
  ["a folder", (log) => mkdir(log), "wrote nothing to its log"],
])("the end of a log is not told, and nobody waits for it, when the log has become %s", async (_what, make, told) => {
  const result = await attempt(await runsFolder(), {
    program: async (job) => {
      await rm(job.logFile);
      await make(job.logFile);
      return { exitCode: 1 };
    },
  });
  expect(failure(result)).toContain(told);
});

async function replaced(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  // A folder of the system for a folder, with a file that is named as the output is.
  await symlink(path.endsWith("outputs") ? "/etc" : "/etc/hostname", path);
}

test.each<[string, Program]>([
  ["a link to a file of somebody else", (place) => symlink("/etc/passwd", place)],
  ["a link to nothing", (place) => symlink("/nowhere/at/all", place)],
  ["a pipe", async (place) => execFileSync("mkfifo", [place])],
])("an artifact is refused when it is %s", async (_what, make) => {
  const result = await attempt(await runsFolder(), {
    component: { outputs: artifactOutput() },
    program: async (_job, input) => void (await make(modelOf(input))),
  });
  expect(failure(result)).toMatch(/^OUTPUT_INVALID: its output artifact model/);
});

test.each([["/etc/passwd"], ["file:///etc/passwd"], ["/tmp/../etc/passwd"]])(
  "an isolated task cannot pass off %s as its artifact",
  async (uri) => {
    const result = await attempt(await runsFolder(), {
      options: { movesPaths: true },
      component: { outputs: artifactOutput() },
      program: async (_job, input) =>
        writeFile(input.outputs.outputFile, JSON.stringify({ artifacts: { model: { artifacts: [{ uri }] } } })),
    });
    expect(failure(result)).toMatch(/^OUTPUT_INVALID/);
  },
);

test("an isolated task cannot pass off a file above its own place as its artifact", async () => {
  const result = await attempt(await runsFolder(), {
    options: { movesPaths: true },
    component: { outputs: artifactOutput() },
    program: async (_job, input) => {
      const uri = `${modelOf(input)}/../../../../../../../../../../etc/passwd`;
      await writeFile(input.outputs.outputFile, JSON.stringify({ artifacts: { model: { artifacts: [{ uri }] } } }));
    },
  });
  expect(failure(result)).toMatch(/^OUTPUT_INVALID/);
});

test.each([
  [{ exitCode: 137 }, { exitCode: 137 }, "ended with exit code 137"],
  [{ exitCode: undefined, signal: "SIGKILL" }, { signal: "SIGKILL" }, "was ended by SIGKILL"],
] as const)("a program that ends with %o fails the task, with the end of its log", async (end, error, fact) => {
  const result = await attempt(await runsFolder(), {
    program: async (job) => {
      await writeFile(job.logFile, `${"x".repeat(100_000)}\n${"line\n".repeat(50)}the last line\n`);
      return end;
    },
  });
  expect(result).toMatchObject({ outcome: "failed", error: { code: "TASK_FAILED", ...error } });
  expect(failure(result)).toContain(fact);
  expect(failure(result)).toContain("the last line");
  expect(failure(result).length).toBeLessThan(5000);
});

test.each([
  ["30", undefined, 30_000],
  ["30", 10_000, 10_000],
  [5, 10_000, 5000],
  [undefined, 10_000, 10_000],
  ["soon", undefined, undefined],
])(
  "a task has the time of its Pod (%j s), or that of the run's tasks (%j ms), if that is less",
  async (pod, run, limit) => {
    const kubernetes: JsonObject = pod === undefined ? {} : { activeDeadlineSeconds: pod };
    let given: number | undefined;
    const result = await attempt(await runsFolder(), {
      component: { kubernetes },
      record: { taskTimeLimitMs: run },
      program: async (job) => {
        given = job.timeLimitMs;
        return { exitCode: undefined, signal: "SIGTERM", endedBy: "time limit" };
      },
    });
    expect(given).toBe(limit);
    expect(failure(result)).toContain(`TIME_LIMIT: the task took longer than ${(limit ?? 0) / 1000} seconds`);
  },
);

test("what a task leaves is open to nobody else", async () => {
  const folder = await runsFolder();
  await attempt(folder, { program: async (job) => writeFile(job.logFile, "x") });
  const path = join(folder, "run-1", "tasks", "train", "1");
  const mode = async (name: string) => ((await stat(join(path, name))).mode & 0o777).toString(8);
  expect(await Promise.all(["", "work", "outputs", "artifacts", "home", "tmp"].map(mode))).toEqual(
    Array(6).fill("700"),
  );
  expect(await Promise.all(["log", "executor_input.json"].map(mode))).toEqual(["600", "600"]);
});

test("an attempt begins with nothing of one that was interrupted", async () => {
  const folder = await runsFolder();
  const component = { outputs: parameterOutput("STRING") };
  await attempt(folder, { component, program: async (_job, input) => writeFile(fileOf(input), "old") });
  expect(failure(await attempt(folder, { component }))).toContain("is missing");
});

test.skipIf(process.getuid?.() === 0)("outputs that cannot be read fail the task, not the run", async () => {
  const result = await attempt(await runsFolder(), {
    component: { outputs: parameterOutput("STRING") },
    program: async (job) => chmod(join(job.folder, "outputs"), 0o000),
  });
  expect(failure(result)).toMatch(/^OUTPUT_INVALID/);
});

test("an output whose name would lead elsewhere stays in the folder of the attempt", async () => {
  const folder = await runsFolder();
  const result = await attempt(folder, {
    component: { outputs: { parameters: { "../../../escape": { parameterType: "STRING" } }, artifacts: {} } },
    program: async (job, input) => {
      const file = Object.values(input.outputs.parameters ?? {})[0]?.outputFile ?? "";
      expect(file.startsWith(join(job.folder, "outputs"))).toBe(true);
      await writeFile(file, "inside");
    },
  });
  expect(result).toMatchObject({ outputs: { parameters: { "../../../escape": "inside" } } });
});

test.each([
  ["for-loop-1/0/train", "a-pipeline/run-1/for-loop-1/0/train/1/model"],
  ["../train", /^a-pipeline\/run-1\/[-\w]+\/train\/1\/model$/],
  ["a b/?x#y", /^a-pipeline\/run-1\/[-\w]+\/[-\w]+\/1\/model$/],
])("the artifacts of task %s stay below the root of its run in a storage", async (path, place) => {
  let uri = "";
  await attempt(await runsFolder(), {
    path,
    component: { outputs: artifactOutput() },
    options: { pipelineRoot: "s3://bucket/root/", movesPaths: true },
    program: async (_job, input) => {
      uri = modelOf(input);
    },
  });
  expect(uri.slice(0, 17)).toBe("s3://bucket/root/");
  expect(uri.slice(17)).toMatch(place);
});
