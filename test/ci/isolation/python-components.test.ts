import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pythonRuntime } from "../../../packages/runner/src/containers/python/python-runtime.ts";
import { bubblewrap } from "../../../packages/runner/src/isolation/bubblewrap.ts";
import { noIsolation } from "../../../packages/runner/src/isolation/no-isolation.ts";
import { install, launch } from "../../../packages/runner/test/containers/python-room.ts";

const python = process.env.KFP_TS_PYTHON ?? "python3";
const place = realpathSync(mkdtempSync(join(tmpdir(), "kfp-ts-isolation-")));
const path = process.env.PATH ?? "/usr/bin:/bin";
const key = join(place, "signing-key");
writeFileSync(key, "the signing key");
afterAll(() => rmSync(place, { recursive: true, force: true }));
const signal = new AbortController().signal;

function runtimeWith(isolation: ReturnType<typeof noIsolation>, environmentsFolder = join(place, "environments")) {
  const pipEnvironment = { PATH: path, HOME: place };
  const limits = { network: true, maxLogBytes: 1 << 20 };
  return pythonRuntime({ python, isolation, environmentsFolder, path, pipEnvironment, ...limits });
}

let count = 0;
async function run(runtime: ReturnType<typeof runtimeWith>, body: string, calls?: string) {
  count += 1;
  const folder = join(place, `attempt-${count}`);
  for (const name of ["work", "home", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
  const outputFile = join(folder, "output_metadata.json");
  const source = `from kfp import dsl\nfrom kfp.dsl import *\n\ndef f() -> str:\n${body.replaceAll(/^/gm, "    ")}\n`;
  const wrapper = ["sh", "-ec", launch, source];
  const command = calls === undefined ? wrapper : ["sh", "-c", install(calls), ...wrapper];
  const input = { outputs: { outputFile, parameters: { Output: { outputFile: join(folder, "Output") } } } };
  const args = ["--executor_input", JSON.stringify(input), "--function_to_execute", "f"];
  const prepared = await runtime.prepare({ image: "python:3.11", command, args }, { signal });
  const logFile = join(folder, "log");
  const job = { image: "python:3.11", command, args, env: {}, folder, mounts: [], logFile, signal };
  const end = await prepared.start(job);
  const output = existsSync(outputFile)
    ? JSON.parse(readFileSync(outputFile, "utf8")).parameterValues.Output
    : undefined;
  return { ...end, output, log: readFileSync(logFile, "utf8") };
}

const pip = "python3 -m pip install --quiet --no-warn-script-location";
const packages = `${pip} 'tabulate==0.9.0' && ${pip} 'kfp==2.13.0' '--no-deps' 'typing-extensions>=3.7.4,<5; python_version<"3.9"'`;
const uses = [
  "import subprocess, tabulate, kfp",
  "program = subprocess.run(['tabulate', '--help'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)",
  "return f'{tabulate.__version__} {kfp.__version__} {program.returncode}'",
].join("\n");

describe.each([
  ["without isolation", noIsolation()],
  ["with bubblewrap", bubblewrap()],
])("kfp's own executor %s", (_, isolation) => {
  const runtime = runtimeWith(isolation);
  afterAll(() => runtime.close());

  test("executes a component", async () => {
    const { exitCode, output } = await run(runtime, "return 'done'");
    expect([exitCode, output]).toEqual([0, "done"]);
  });

  test("executes a component with packages, and with the programs of these", async () => {
    const { exitCode, output, log } = await run(runtime, uses, packages);
    expect([exitCode, output], log).toEqual([0, "0.9.0 2.13.0 0"]);
  });

  test("ends a component that fails with its traceback in the log", async () => {
    const { exitCode, log } = await run(runtime, "raise ValueError('boom')");
    expect([exitCode, log]).toEqual([1, expect.stringMatching(/ephemeral_component\.py[\s\S]*ValueError: boom\n$/)]);
  });
});

test("an isolated component reads neither the signing key nor its parent's environment", async () => {
  const runtime = runtimeWith(bubblewrap());
  const { exitCode, log } = await run(runtime, `return open(${JSON.stringify(key)}).read()`);
  expect([exitCode, log]).toEqual([1, expect.stringContaining("FileNotFoundError")]);
  const body = [
    "import ctypes, glob, os",
    "read = ''.join(open(name, errors='replace').read() for name in glob.glob('/proc/[0-9]*/environ'))",
    `traced = ctypes.CDLL(None).ptrace(16, ${process.pid}, 0, 0)`,
    "return f\"{'VITEST' in read} {traced}\"",
  ].join("\n");
  expect((await run(runtime, body)).output).toBe("False -1");
  await runtime.close();
});

test("runners that need the same environment at once make one that works, and a broken one is made again", async () => {
  const folder = join(place, "shared");
  const runtimes = [1, 2].map(() => runtimeWith(noIsolation(), folder));
  const calls = `${pip} 'tabulate==0.9.0'  &&  ${pip} 'kfp==2.13.0' '--no-deps'`;
  const ends = await Promise.all(runtimes.map((runtime) => run(runtime, uses, calls)));
  expect(ends.map(({ output }) => output)).toEqual(["0.9.0 2.13.0 0", "0.9.0 2.13.0 0"]);
  for (const runtime of runtimes) await runtime.close();
  const [environment = "", ...more] = readdirSync(folder).filter((name) => /^[0-9a-f]{32}$/.test(name));
  expect(more).toEqual([]);
  rmSync(join(folder, environment, "complete"));
  const again = runtimeWith(noIsolation(), folder);
  expect((await run(again, uses, calls)).output).toBe("0.9.0 2.13.0 0");
  await again.close();
});

test("packages that are nowhere are an error with pip's words", async () => {
  const runtime = runtimeWith(noIsolation());
  const calls = `${pip} 'no-such-package-of-anybody==99'`;
  await expect(run(runtime, "return ''", calls)).rejects.toThrow(/no-such-package-of-anybody/);
  await runtime.close();
});
