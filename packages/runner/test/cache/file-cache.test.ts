import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { TaskResult } from "../../src/engine/engine.ts";
import type { Artifact } from "../../src/values/values.ts";
import { type AttemptParts, artifactOutput, attempt, runsFolder } from "../tasks/attempt.ts";

let folder: string;
let cacheFolder: string;
let started: number;
let runs: number;

beforeEach(async () => {
  folder = await runsFolder();
  cacheFolder = join(folder, "cache");
  started = 0;
  runs = 0;
});

/** One attempt in a run of its own, that writes a model. */
async function run(parts: AttemptParts = {}): Promise<TaskResult> {
  runs += 1;
  return await attempt(folder, {
    cacheFolder,
    component: { outputs: artifactOutput() },
    ...parts,
    record: { runId: `run-${runs}`, ...parts.record },
    program: async (job, input) => {
      started += 1;
      const end = await parts.program?.(job, input);
      if (parts.program === undefined) {
        const place = input.outputs.artifacts?.model?.artifacts[0]?.uri ?? "";
        await mkdir(join(place, "deep"), { recursive: true });
        await writeFile(join(place, "deep", "weights"), `made ${started}`);
        await chmod(join(place, "deep", "weights"), 0o700);
      }
      return end ?? undefined;
    },
  });
}

async function weightsOf(result: TaskResult): Promise<string> {
  if (result.outcome !== "succeeded") throw new Error(result.outcome);
  return await readFile(join(result.outputs.artifacts.model?.[0]?.uri ?? "", "deep", "weights"), "utf8");
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test("a task whose result is there is not executed, also when the run that made it is deleted", async () => {
  await run();
  await rm(join(folder, "run-1"), { recursive: true });
  const second = await run();
  expect(started).toBe(1);
  expect(second).toMatchObject({ outcome: "succeeded", cached: { runId: "run-1", task: "train" } });
  expect(await weightsOf(second)).toBe("made 1");
});

test("what a later run does to its copy is nothing to others", async () => {
  await run();
  const second = await run();
  if (second.outcome !== "succeeded") throw new Error(second.outcome);
  await writeFile(join(second.outputs.artifacts.model?.[0]?.uri ?? "", "deep", "weights"), "spoilt");
  expect(await weightsOf(await run())).toBe("made 1");
});

const data = (uri: string): Artifact => ({ name: "data", type: {}, uri, metadata: {} });

test("an input artifact counts by its content, not by where it is", async () => {
  for (const [name, text] of [
    ["a", "1"],
    ["b", "1"],
    ["c", "2"],
  ] as const)
    await writeFile(join(folder, name), text);
  for (const name of ["a", "b"]) await run({ inputs: { artifacts: { data: [data(join(folder, name))] } } });
  expect(started).toBe(1);
  await run({ inputs: { artifacts: { data: [data(join(folder, "c"))] } } });
  expect(started).toBe(2);
});

const container = { image: "python:3.12", command: ["program"], args: ["{{$}}"] };

test.each<[string, AttemptParts]>([
  ["a parameter", { inputs: { parameters: { x: 1 } } }],
  ["the code", { component: { outputs: artifactOutput(), container: { ...container, command: ["another"] } } }],
  ["the image", { component: { outputs: artifactOutput(), container: { ...container, image: "python:3.13" } } }],
  [
    "a variable",
    { component: { outputs: artifactOutput(), container: { ...container, env: [{ name: "A", value: "1" }] } } },
  ],
  ["the environment", { environment: "other packages" }],
  ["the pipeline", { record: { runId: "another", pipelineName: "another" } }],
  ["the namespace", { record: { runId: "another", namespace: "another" } }],
])("a task that differs in %s is executed", async (_what, parts) => {
  await run();
  await run(parts);
  expect(started).toBe(2);
  await run({ ...parts, record: { ...parts.record, runId: "third" } });
  expect(started).toBe(2);
});

test("a task with a key of its own is found by that and its component alone", async () => {
  const task = { cache: { enabled: true, key: "v1" } };
  await run({ task, inputs: { parameters: { x: 1 } } });
  await run({ task, inputs: { parameters: { x: 2 } } });
  expect(started).toBe(1);
  await run({ task: { cache: { enabled: true, key: "v2" } } });
  expect(started).toBe(2);
});

test("a task that wants no cache neither uses nor makes a result", async () => {
  const task = { cache: { enabled: false, key: undefined } };
  await run({ task });
  await run();
  await run({ task });
  expect(started).toBe(3);
});

test("a failed task leaves no result", async () => {
  await run({ program: async () => ({ exitCode: 1 }) });
  await run();
  expect(started).toBe(2);
});

test.each(["results", "contents"])("damaged %s are not used, and are replaced", async (part) => {
  await run();
  for (const file of await filesBelow(join(cacheFolder, part))) await writeFile(file, "damaged");
  expect(await weightsOf(await run())).toBe("made 2");
  expect(await weightsOf(await run())).toBe("made 2");
  expect(started).toBe(2);
});

test("contents are kept once, open to nobody else, with nothing half written beside them", async () => {
  await run();
  const same: AttemptParts["program"] = async (_job, input) => {
    const place = input.outputs.artifacts?.model?.artifacts[0]?.uri ?? "";
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "again"), "made 1");
  };
  await run({ inputs: { parameters: { x: 1 } }, program: same });
  const contents = await filesBelow(join(cacheFolder, "contents"));
  expect(contents).toHaveLength(1);
  expect(contents[0]).toMatch(/\/[0-9a-f]{64}$/);
});

test("an artifact with a link in it is not kept, and the task succeeds", async () => {
  const program: AttemptParts["program"] = async (_job, input) => {
    const place = input.outputs.artifacts?.model?.artifacts[0]?.uri ?? "";
    await mkdir(place, { recursive: true });
    await symlink("/etc/passwd", join(place, "link"));
  };
  expect(await run({ program })).toMatchObject({ outcome: "succeeded" });
  await run({ program });
  expect(started).toBe(2);
});

test("a result whose artifacts have names that would lead elsewhere is put back into the folder of its attempt", async () => {
  const type = { schemaTitle: "system.Model" };
  const names = ["../../../../escaped", "a/b", "a", "a-0", "__proto__", ".."];
  const outputs = {
    parameters: {},
    artifacts: Object.fromEntries([
      ...names.map((name) => [name, { artifactType: type }]),
      ["many", { artifactType: type, isArtifactList: true }],
    ]),
  };
  const parts: AttemptParts = {
    component: { outputs },
    program: async (_job, input) => {
      const planned = Object.entries(input.outputs.artifacts ?? {});
      for (const [name, { artifacts }] of planned) await writeFile(artifacts[0]?.uri ?? "", `the content of ${name}`);
      const place = input.outputs.artifacts?.many?.artifacts[0]?.uri ?? "";
      const many = ["0", "1"].map((n) => ({ name: "many", uri: `${place}-${n}`, metadata: {} }));
      for (const { uri } of many) await writeFile(uri, uri.slice(-1));
      await writeFile(input.outputs.outputFile, JSON.stringify({ artifacts: { many: { artifacts: many } } }));
    },
  };
  await run(parts);
  const before = await filesBelow(folder);
  const second = await run(parts);
  if (second.outcome !== "succeeded" || second.cached === undefined) throw new Error("it was executed");
  const place = join(folder, "run-2", "tasks", "train", "1", "artifacts");
  const made = (await filesBelow(folder)).filter((file) => !before.includes(file));
  expect(made.filter((file) => !file.startsWith(`${place}/`))).toEqual([]);
  const contents = await Promise.all(
    Object.entries(second.outputs.artifacts).map(async ([name, list]) => [
      name,
      await Promise.all(list.map(({ uri }) => readFile(uri, "utf8"))),
    ]),
  );
  expect(Object.fromEntries(contents)).toEqual(
    Object.fromEntries([...names.map((name) => [name, [`the content of ${name}`]]), ["many", ["0", "1"]]]),
  );
});

test("an input artifact counts whatever its name is", async () => {
  const [one, other] = [join(folder, "one"), join(folder, "other")];
  await writeFile(one, "1");
  await writeFile(other, "2");
  await run({ inputs: { artifacts: { ["__proto__"]: [data(one)] } } });
  await run({ inputs: { artifacts: { ["__proto__"]: [data(other)] } } });
  expect(started).toBe(2);
});
