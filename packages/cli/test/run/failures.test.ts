import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pipelineSpecFromStruct } from "@kfp-ts/api/pipeline-spec";
import { createRunner } from "@kfp-ts/runner";
import { readPackage } from "@kfp-ts/sdk";
import { afterAll, describe, expect, test, vi } from "vitest";
import { outcomeOf } from "../embedded.ts";
import { fakeIo } from "../fake-io.ts";

// The command with its own runner: only Node and python3 are needed.
const home = mkdtempSync(join(tmpdir(), "kfp-ts-run-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const example = fileURLToPath(new URL("../../../../examples/sum-of-squares.yaml", import.meta.url));
const env = { HOME: home, PATH: process.env.PATH ?? "" };

async function run(argv: readonly string[], more: Record<string, string> = {}) {
  const { code, stdout, stderr } = await outcomeOf(
    fakeIo({ argv: ["run", ...argv, "--output", "json"], env: { ...env, ...more } }),
  );
  const result = JSON.parse(stdout);
  return { code, stderr, result, error: result.error?.code };
}

/** A pipeline of one task, whose program is a line of Python. */
function pipelineOf(
  source: string,
  more: { readonly outputs?: object; readonly args?: readonly string[] } = {},
): string {
  const path = join(home, `${crypto.randomUUID()}.json`);
  const outputDefinitions = more.outputs && { parameters: more.outputs };
  const container = { image: "python:3.12", command: ["python3", "-c"], args: [source, ...(more.args ?? [])] };
  const pipeline = {
    pipelineInfo: { name: "one" },
    sdkVersion: "kfp-2.17.0",
    schemaVersion: "2.1.0",
    root: { dag: { tasks: { only: { taskInfo: { name: "only" }, componentRef: { name: "comp-only" } } } } },
    components: { "comp-only": { executorLabel: "exec-only", outputDefinitions } },
    deploymentSpec: { executors: { "exec-only": { container } } },
  };
  writeFileSync(path, JSON.stringify(pipeline));
  return path;
}

/** The example, with a place of its text changed. */
function changed(from: string, to: string): string {
  const text = readFileSync(example, "utf8");
  expect(text).toContain(from);
  const path = join(home, `${crypto.randomUUID()}.yaml`);
  writeFileSync(path, text.replace(from, to));
  return path;
}

const here = ["--allow-host-commands"];

test("the example runs with nothing but python3, and gives its output", async () => {
  const { code, result } = await run([example, ...here, "--param", "numbers=[3, 4]"]);
  expect(code).toBe(0);
  expect(result).toMatchObject({ state: "SUCCEEDED", outputs: { parameters: { total: 25 } }, error: null });
});

describe("nothing is started, and the error has a page:", () => {
  test("PIPELINE_INVALID", async () => {
    const file = changed("outputParameterKey: squares", "outputParameterKey: cubes");
    expect(await run([file, ...here])).toMatchObject({ code: 1, error: "PIPELINE_INVALID", result: { state: null } });
  });

  test("PARAMETERS_INVALID", async () => {
    const file = changed("        defaultValue: [1, 2, 3, 4]\n        isOptional: true\n", "");
    expect(await run([file, ...here])).toMatchObject({ code: 2, error: "PARAMETERS_INVALID", result: { state: null } });
  });

  test("CANNOT_RUN_HERE", async () => {
    const { code, error, stderr } = await run([example]);
    expect({ code, error }).toEqual({ code: 1, error: "CANNOT_RUN_HERE" });
    expect(stderr).toContain("python:3.12-alpine");
    expect(stderr).toContain("more: kfp-ts explain CANNOT_RUN_HERE\n");
  });

  test("ISOLATION_UNAVAILABLE", async () => {
    const bin = join(home, "bin-without-bubblewrap");
    mkdirSync(bin, { recursive: true });
    const python = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
    symlinkSync(python, join(bin, "python3"));
    // Where bubblewrap is, is looked up as this process looks for programs.
    vi.stubEnv("PATH", bin);
    const outcome = await run([example, ...here, "--isolation", "bubblewrap"], { PATH: bin });
    vi.unstubAllEnvs();
    expect(outcome).toMatchObject({ code: 1, error: "ISOLATION_UNAVAILABLE" });
  });

  test("STORE_FAILED", async () => {
    const file = join(home, "a-file");
    writeFileSync(file, "");
    expect(await run([example, ...here], { XDG_DATA_HOME: file })).toMatchObject({ code: 1, error: "STORE_FAILED" });
  });

  test("RUN_NOT_FOUND", async () => {
    expect(await run(["--resume", "no-such-run"])).toMatchObject({ code: 1, error: "RUN_NOT_FOUND" });
  });

  test("OPTION_INVALID", async () => {
    expect(await run(["--resume", "../../etc"])).toMatchObject({ code: 2, error: "OPTION_INVALID" });
  });

  test("RUN_BUSY: another process has the run", async () => {
    const folder = join(home, ".local/share/kfp-ts");
    const other = await createRunner({ folder, isolation: "none", hostCommands: true, env });
    const { pipelineSpec } = await readPackage({ path: pipelineOf("import time; time.sleep(60)") });
    const { runId } = await other.start({ pipeline: pipelineSpecFromStruct(pipelineSpec) });
    expect(await run(["--resume", runId, ...here])).toMatchObject({ code: 1, error: "RUN_BUSY" });
    await other.close();
  });

  test("RUN_FINISHED", async () => {
    const { result } = await run([pipelineOf("pass"), ...here]);
    expect(await run(["--resume", result.runId, ...here])).toMatchObject({ code: 2, error: "RUN_FINISHED" });
  });
});

describe("the run fails with exit code 5, and its error has a page:", () => {
  test("TASK_FAILED, with the last lines of the log, and what failed is executed again when it is resumed", async () => {
    const flag = join(home, "mended");
    const source = `import os\nprint("looking")\nos.path.exists(${JSON.stringify(flag)}) or exit("not mended")`;
    const first = await run([pipelineOf(source), ...here]);
    expect(first).toMatchObject({ code: 5, error: "TASK_FAILED", result: { state: "FAILED" } });
    expect(first.stderr).toMatch(/│ .*not mended\n/);
    writeFileSync(flag, "");
    const again = await run(["--resume", first.result.runId, ...here]);
    expect(again).toMatchObject({ code: 0, result: { state: "SUCCEEDED", runId: first.result.runId } });
  });

  test("OUTPUT_INVALID", async () => {
    const outputs = { count: { parameterType: "NUMBER_INTEGER" } };
    const args = ["{{$.outputs.parameters['count'].output_file}}"];
    const file = pipelineOf("import sys; open(sys.argv[1], 'w').write('many')", { outputs, args });
    expect(await run([file, ...here])).toMatchObject({ code: 5, error: "OUTPUT_INVALID" });
  });

  test("TIME_LIMIT", async () => {
    const file = pipelineOf("import time; time.sleep(60)");
    expect(await run([file, ...here, "--task-time-limit", "1s"])).toMatchObject({ code: 5, error: "TIME_LIMIT" });
  });
});
