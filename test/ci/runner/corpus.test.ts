import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parsePipelineDocuments } from "@kfp-ts/api/pipeline-spec";
import { createRunner, type Runner, type RunView } from "@kfp-ts/runner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Expectation, executed, failed, hostPrograms, notRun, refused } from "./corpus.ts";

const corpus = fileURLToPath(new URL("../../../../shared/corpus/ir/", import.meta.url));
const python = process.env.KFP_TS_PYTHON ?? "python3";
let room: string;
let runner: Runner;
let withHostPrograms: Runner;

beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), "kfp-ts-corpus-"));
  const options = {
    isolation: "none",
    python,
    env: process.env,
    environmentsFolder: join(room, "environments"),
  } as const;
  runner = await createRunner({ ...options, folder: join(room, "runs") });
  withHostPrograms = await createRunner({ ...options, folder: join(room, "host"), hostCommands: true });
});
afterAll(async () => {
  await runner.close();
  await withHostPrograms.close();
  rmSync(room, { recursive: true, force: true });
});

const pipelineOf = (name: string) => {
  const file = name.includes("/") ? name : `valid/${name}`;
  return parsePipelineDocuments(readFileSync(join(corpus, `${file}.yaml`), "utf8"));
};

async function runToItsEnd(by: Runner, name: string, { parameters = {} }: Expectation): Promise<RunView> {
  const text = JSON.stringify(parameters).replaceAll("{room}", room);
  const handle = await by.start({ pipeline: pipelineOf(name), parameters: JSON.parse(text) });
  return await handle.ended;
}

function check(view: RunView, { outputs, succeeded = [] }: Expectation): void {
  if (outputs !== undefined) expect(view.outputs.parameters).toEqual(outputs);
  const names = view.tasks.filter(({ state }) => state === "SUCCEEDED").map(({ path }) => path.split("/").at(-1));
  expect(names).toEqual(expect.arrayContaining([...succeeded]));
}

describe.skipIf(!existsSync(corpus))("every pipeline of the corpus", () => {
  it("is in one of the tables", () => {
    const names = readdirSync(join(corpus, "valid")).map((file) => file.replace(/\.yaml$/, ""));
    const told = [executed, failed, hostPrograms, refused, notRun].flatMap((table) =>
      Object.keys(table).map((name) => name.replace("valid/", "")),
    );
    const failing = readdirSync(join(corpus, "failing")).map((file) => `failing/${file.replace(/\.yaml$/, "")}`);
    expect(told.sort()).toEqual([...names, ...failing].sort());
  });

  it.each(Object.entries(executed))("runs to its right end: %s", async (name, expectation) => {
    const view = await runToItsEnd(runner, name, expectation);
    expect(view.error).toBeUndefined();
    expect(view.state).toBe("SUCCEEDED");
    check(view, expectation);
  });

  it.each(Object.entries(failed))("ends FAILED, and its exit tasks have run: %s", async (name, expectation) => {
    const view = await runToItsEnd(runner, name, expectation);
    expect(view.state).toBe("FAILED");
    check(view, expectation);
  });

  it.each(Object.entries(hostPrograms))("is executed with programs of this machine: %s", async (name, expectation) => {
    const view = await runToItsEnd(withHostPrograms, name, expectation);
    expect(view.error).toBeUndefined();
    expect(view.state).toBe("SUCCEEDED");
    check(view, expectation);
  });

  it.each(Object.keys(hostPrograms))("is refused before its first task where it may not use them: %s", async (name) => {
    const { parameters = {} } = hostPrograms[name] as Expectation;
    await expect(runner.start({ pipeline: pipelineOf(name), parameters })).rejects.toMatchObject({
      code: "CANNOT_RUN_HERE",
    });
  });

  it.each(Object.entries(refused))("is refused by the name of its image: %s", async (name, image) => {
    const before = (await runner.list()).length;
    const inputs = pipelineOf(name).pipelineSpec.root?.inputDefinitions?.parameters ?? {};
    const parameters = Object.fromEntries(
      Object.entries(inputs)
        .filter(([, { defaultValue }]) => defaultValue === undefined)
        .map(([input, { parameterType }]) => [input, parameterType === "NUMBER_INTEGER" ? 1 : "text"]),
    );
    const artifacts = Object.fromEntries(
      Object.keys(pipelineOf(name).pipelineSpec.root?.inputDefinitions?.artifacts ?? {}).map((input) => [input, room]),
    );
    await expect(runner.start({ pipeline: pipelineOf(name), parameters, artifacts })).rejects.toMatchObject({
      code: "CANNOT_RUN_HERE",
      message: expect.stringContaining(image),
    });
    expect(await runner.list()).toHaveLength(before);
  });

  it("that writes its log without end is canceled while it does, and nothing of it is left", async () => {
    const handle = await runner.start({ pipeline: pipelineOf("log_streaming_compiled") });
    for await (const event of handle.events()) if (event.type === "task process") break;
    await handle.cancel();
    expect(await handle.ended).toMatchObject({ state: "CANCELED", tasks: [{ state: "CANCELED" }] });
  });
});
