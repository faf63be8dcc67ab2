import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerEnd, ContainerJob } from "../../src/containers/container-runtime.ts";
import { type PythonRuntimeOptions, pythonRuntime } from "../../src/containers/python/python-runtime.ts";
import { noIsolation } from "../../src/isolation/no-isolation.ts";

/** What kfp's compiler puts around the source of a function. */
export const launch =
  'program_path=$(mktemp -d)\n\nprintf "%s" "$0" > "$program_path/ephemeral_component.py"\n_KFP_RUNTIME=true python3 -m kfp.dsl.executor_main                         --component_module_path                         "$program_path/ephemeral_component.py"                         "$@"\n';

/** The step before it, for these calls of pip. */
export function install(calls: string): string {
  return `\nif ! [ -x "$(command -v pip)" ]; then\n    python3 -m ensurepip || python3 -m ensurepip --user || apt-get install python3-pip\nfi\n\nPIP_DISABLE_PIP_VERSION_CHECK=1 ${calls} && "$0" "$@"\n`;
}

/** An executor with the contract of kfp's, so that these tests need no packages. */
const executor = `
import argparse, importlib.util, json
parser = argparse.ArgumentParser()
for name in ("component_module_path", "function_to_execute", "executor_input"): parser.add_argument("--" + name)
args, _ = parser.parse_known_args()
spec = importlib.util.spec_from_file_location("ephemeral_component", args.component_module_path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
job = json.loads(args.executor_input)
result = getattr(module, args.function_to_execute)(**job["inputs"])
with open(job["outputFile"], "w") as file: json.dump(result, file)
`;

/** A folder for tests. */
export function room(): { readonly folder: string; remove(): void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kfp-ts-runner-")));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** An interpreter that has nothing but a small executor, as version 2.99.0 of kfp. */
export function interpreter(folder: string): string {
  const place = join(folder, "python");
  execFileSync("python3", ["-m", "venv", "--without-pip", place]);
  const [version = ""] = readdirSync(join(place, "lib"));
  const packages = join(place, "lib", version, "site-packages");
  for (const part of ["kfp/dsl", "kfp-2.99.0.dist-info"]) mkdirSync(join(packages, part), { recursive: true });
  for (const part of ["kfp", "kfp/dsl"]) writeFileSync(join(packages, part, "__init__.py"), "");
  writeFileSync(join(packages, "kfp/dsl/executor_main.py"), executor);
  writeFileSync(join(packages, "kfp-2.99.0.dist-info/METADATA"), "Metadata-Version: 2.1\nName: kfp\nVersion: 2.99.0\n");
  return join(place, "bin", "python3");
}

/** What became of a function. */
export interface Executed extends ContainerEnd {
  readonly log: string;
  /** What it returned; undefined where nothing was written. */
  readonly result: unknown;
  readonly folder: string;
}

/** Executes Python functions, each in an attempt of its own. */
export class Functions {
  readonly runtime: ReturnType<typeof pythonRuntime>;
  readonly #folder: string;
  #count = 0;

  constructor(folder: string, options: Partial<PythonRuntimeOptions> & Pick<PythonRuntimeOptions, "python">) {
    this.#folder = folder;
    this.runtime = pythonRuntime({
      environmentsFolder: join(folder, "environments"),
      isolation: noIsolation(),
      network: true,
      maxLogBytes: 1 << 30,
      path: "/usr/local/bin:/usr/bin:/bin",
      pipEnvironment: { PATH: "/usr/local/bin:/usr/bin:/bin" },
      ...options,
    });
  }

  /** @param body - Of `def f(**inputs)`, without indentation. */
  async run(
    body: string,
    inputs: Readonly<Record<string, unknown>> = {},
    job: Partial<ContainerJob> = {},
  ): Promise<Executed> {
    this.#count += 1;
    const folder = join(this.#folder, `attempt-${this.#count}`);
    for (const name of ["work", "home", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
    const outputFile = join(folder, "output.json");
    const source = `def f(**inputs):\n${body.replaceAll(/^/gm, "    ")}\n`;
    const command = ["sh", "-ec", launch, source];
    const args = ["--executor_input", JSON.stringify({ inputs, outputFile }), "--function_to_execute", "f"];
    const signal = new AbortController().signal;
    const prepared = await this.runtime.prepare({ image: "python:3.11", command, args }, { signal });
    const logFile = join(folder, "log");
    const end = await prepared.start({
      ...{ image: "python:3.11", command, args, env: {}, folder, mounts: [], logFile, signal },
      ...job,
    });
    const read = (file: string) => readFile(file, "utf8").catch(() => "");
    const written = await read(outputFile);
    return { ...end, folder, log: await read(logFile), result: written === "" ? undefined : JSON.parse(written) };
  }
}
