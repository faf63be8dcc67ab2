import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePipelineDocuments } from "@kfp-ts/api/pipeline-spec";
import { createRunner, type Runner, RunnerError, type RunView } from "@kfp-ts/runner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../support/run.ts";
import { interpret, taskLine } from "./generated/interpreter.ts";
import { generateProgram } from "./generated/program.ts";
import { pythonSource } from "./generated/python-source.ts";

const python = process.env.KFP_TS_PYTHON ?? "python3";
/** Others with KFP_TS_SEED=NUMBER; the seed of a failure is in the name of its test. */
const first = Number(process.env.KFP_TS_SEED ?? 1000);
const count = 60;
const seeds = Array.from({ length: count }, (_, index) => first + index);

let room: string;
let runner: Runner;

beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), "kfp-ts-generated-"));
  runner = await createRunner({ folder: join(room, "runs"), isolation: "none", python, env: process.env, jobs: 4 });
  const programs = seeds.map((seed) => ({ program: generateProgram(seed), file: fileOf(seed) }));
  writeFileSync(join(room, "programs.py"), pythonSource(programs));
  await run(python, [join(room, "programs.py")], { env: { ...process.env, HOME: room } });
}, 120_000);
afterAll(async () => {
  await runner.close();
  rmSync(room, { recursive: true });
});

const fileOf = (seed: number): string => join(room, `${seed}.yaml`);
/**
 * Whether the compiler has forgotten to hand on what a OneOf inside a OneOf gives: 2.17 does. A cluster cannot run that
 * either.
 */
const isBroken = (error: unknown): boolean =>
  error instanceof RunnerError &&
  error.code === "PIPELINE_INVALID" &&
  /gives no parameter "[^"]*oneof/.test(error.message);
const compiled = (seed: number): boolean => existsSync(fileOf(seed));

describe("generated pipelines, compiled by Python's kfp", () => {
  it("are refused by the compiler only now and then", () => {
    expect(seeds.filter(compiled).length).toBeGreaterThan(count * 0.8);
  });

  it.each(seeds)("execute the tasks of the program and no others, and give what it gives: seed %i", async (seed) => {
    // The compiler knows some combinations not: no fact about the runner.
    if (!compiled(seed)) return;
    const program = generateProgram(seed);
    const expected = interpret(program, seed % 7);
    const pipeline = parsePipelineDocuments(readFileSync(fileOf(seed), "utf8"));
    const request = { pipeline, parameters: { start: seed % 7 }, cache: seed % 2 === 0 };
    const handle = await runner.start(request).catch((error: unknown) => {
      if (!isBroken(error)) throw error;
    });
    if (handle === undefined) return;
    const view = await handle.ended;
    expect(view.error).toBeUndefined();
    expect(view.state).toBe("SUCCEEDED");
    expect({ tasks: executed(view), output: view.outputs.parameters.Output }).toEqual({
      tasks: expected.tasks,
      output: expected.output,
    });
  });
});

function executed(view: RunView): string[] {
  return view.tasks
    .filter(({ kind, state }) => kind === "container" && state === "SUCCEEDED")
    .map(({ name, inputs, outputs }) =>
      taskLine(name.replace(/-\d+$/, ""), inputs.parameters, outputs.parameters.Output),
    )
    .sort();
}
