import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { ContainerSpec } from "@kfp-ts/api/pipeline-spec";
import { RunnerError } from "../../errors/runner-error.ts";
import type { Isolation } from "../../isolation/isolation.ts";
import type { ContainerEnd, ContainerJob, ContainerRuntime, Mount, PreparedContainer } from "../container-runtime.ts";
import { findProgram } from "../find-program.ts";
import { openLog } from "../process/log-file.ts";
import { endGroup, graceMs, runProcess } from "../process/run-process.ts";
import { taskEnvironment } from "../process/task-environment.ts";
import { watchProcess } from "../process/watch-process.ts";
import { PythonEnvironments } from "./environments.ts";
import { type KnownInterpreter, knownInterpreters } from "./known-interpreters.ts";
import { type LightweightComponent, readLightweight } from "./lightweight.ts";
import { type Interpreter, PythonWorker, type WorkerTask } from "./python-worker.ts";
import { workerSource } from "./worker-source.ts";

/** What Python components are executed with. */
export interface PythonRuntimeOptions {
  /** The interpreter. */
  readonly python: string;
  /** Where environments are kept. */
  readonly environmentsFolder: string;
  readonly isolation: Isolation;
  /** Whether isolated tasks reach the network. */
  readonly network: boolean;
  readonly maxLogBytes: number;
  /** How long an interpreter may take to say what it has, in milliseconds. @default 5 minutes */
  readonly startLimitMs?: number | undefined;
  /** The path on which tasks find programs. */
  readonly path: string;
  /** What pip gets of the environment of this process. */
  readonly pipEnvironment: Readonly<Record<string, string>>;
}

/** An interpreter that has what a component needs. */
interface Ready {
  readonly python: string;
  readonly folders: readonly string[];
  readonly contents: string;
  /** A process of it that has the executor imported; started with the first task. */
  readonly worker: () => Promise<PythonWorker>;
}

/**
 * Executes Python functions that kfp has compiled, with an interpreter of this machine instead of the image. Where it
 * has the packages that pip would install, pip is not asked; else an environment is made for them, once.
 */
export function pythonRuntime(options: PythonRuntimeOptions): ContainerRuntime {
  const { python, isolation } = options;
  const environments = new PythonEnvironments({
    folder: options.environmentsFolder,
    python,
    env: options.pipEnvironment,
    isolation,
    interpreterMounts: () => baseMounts(),
  });
  const known = knownInterpreters(join(options.environmentsFolder, "interpreters"));
  const workers = new Map<string, PythonWorker>();
  const warm = new WeakMap<PythonWorker, Map<string, Promise<PythonWorker>>>();
  const ready = new Map<string, Promise<Ready>>();

  const workerOf = (interpreter: string): PythonWorker => {
    const running = workers.get(interpreter);
    if (running?.isAlive) return running;
    const env = {
      PATH: options.path,
      LANG: "C.UTF-8",
      // What is in the user's home does not count where tasks do not see it.
      ...(isolation.name !== "none" && { PYTHONNOUSERSITE: "1" }),
    };
    const worker = new PythonWorker(interpreter, env, { limitMs: options.startLimitMs });
    workers.set(interpreter, worker);
    return worker;
  };

  /** What the given interpreter needs to see of itself. That one is trusted; what is installed for a task is not. */
  const baseMounts = async (): Promise<readonly Mount[]> => {
    const base = await workerOf(python).prepare("kfp.dsl.executor_main", []);
    return base.satisfied ? base.folders.flatMap(interpreterMount) : [];
  };

  /** What an environment has, asked in isolation: what was installed there is executed whenever its interpreter starts. */
  const askIsolated = async (interpreter: string, executor: string): Promise<Interpreter> => {
    const place = dirname(dirname(interpreter));
    const mounts = [...(await baseMounts()), { source: place, target: place, writable: false }];
    const worker = new PythonWorker(
      interpreter,
      { PATH: options.path, LANG: "C.UTF-8", PYTHONNOUSERSITE: "1" },
      {
        limitMs: options.startLimitMs,
        wrap: (args) => isolation.wrap({ file: interpreter, args, cwd: "/", mounts, network: false }),
      },
    );
    try {
      const found = await worker.prepare(executor, []);
      if (!found.satisfied) return found;
      // It can say what it likes of itself: where it lies is known.
      const folders = [...mounts.map(({ source }) => source)];
      return {
        ...found,
        executable: interpreter,
        folders,
        searched: found.searched.filter((path) => path.startsWith(place)),
      };
    } finally {
      worker.close();
    }
  };

  /** The executor is imported once in each process, whoever asks first. */
  const warmWorker = (interpreter: string, executor: string): Promise<PythonWorker> => {
    const worker = workerOf(interpreter);
    const executors = warm.get(worker) ?? new Map<string, Promise<PythonWorker>>();
    warm.set(worker, executors);
    const warming = executors.get(executor) ?? worker.prepare(executor, []).then(() => worker);
    executors.set(executor, warming);
    return warming;
  };

  const readyWith = (
    interpreter: string,
    executor: string,
    { executable, folders, contents }: KnownInterpreter,
  ): Ready => ({
    python: executable,
    folders,
    contents,
    worker: () => warmWorker(interpreter, executor),
  });

  const ask = async (interpreter: string, executor: string, requirements: readonly string[]) => {
    const program = (await findProgram(interpreter, options.path)) ?? interpreter;
    // Whether the user's own packages count is part of the answer.
    const question = { program, executor: `${isolation.name} ${executor}`, requirements };
    const remembered = await known.recall(question);
    if (remembered !== undefined) return remembered;
    const isTrusted = isolation.name === "none" || interpreter === python;
    const found = isTrusted
      ? await workerOf(interpreter).prepare(executor, requirements)
      : await askIsolated(interpreter, executor);
    if (!found.satisfied) return undefined;
    const importing = imported(interpreter, found);
    await known.remember(question, importing);
    return importing;
  };

  const prepare = async ({ executor, installs }: LightweightComponent): Promise<Ready> => {
    const requirements = installs.flatMap((install) => install.requirements);
    const given = await ask(python, executor, requirements);
    if (given !== undefined) return readyWith(python, executor, given);
    const made = await environments.pythonWith(installs);
    // Pip has installed it, whatever a look at names and versions says.
    const installed = await ask(made, executor, []);
    if (installed === undefined) throw new Error("an interpreter that is asked for nothing has it");
    return readyWith(made, executor, installed);
  };

  const readyFor = (component: LightweightComponent): Promise<Ready> => {
    const key = JSON.stringify([component.executor, component.installs]);
    const made = ready.get(key) ?? prepare(component);
    ready.set(key, made);
    // What could not be made may be possible later.
    made.catch(() => ready.delete(key));
    return made;
  };

  return {
    name: "python",
    refuses: async (container) =>
      readLightweight(container) === undefined ? "it is no Python function that kfp has compiled" : undefined,
    async prepare(container, { signal }): Promise<PreparedContainer> {
      const component = lightweight(container);
      const interpreter = await orAborted(readyFor(component), signal);
      const environment = createHash("sha256").update(interpreter.contents).digest("hex");
      return {
        environment,
        start: async (job) =>
          isolation.name === "none"
            ? await inWorker(interpreter, component, job, options)
            : await isolated(interpreter, component, job, options),
      };
    },
    async close() {
      for (const worker of workers.values()) worker.close();
    },
  };
}

function lightweight(container: ContainerSpec): LightweightComponent {
  const component = readLightweight(container);
  if (component === undefined) throw new Error("asked for a container that was refused");
  return component;
}

function imported(python: string, interpreter: KnownInterpreter): KnownInterpreter {
  if (interpreter.problem === undefined) return interpreter;
  throw new RunnerError(
    "ENVIRONMENT_FAILED",
    `${python} cannot import Kubeflow's executor (${interpreter.problem}): install kfp there, or compile the component with install_kfp_package=True`,
  );
}

function workerTask({ executor }: LightweightComponent, python: string, job: ContainerJob, path: string): WorkerTask {
  return {
    executor,
    // The source is the last word of the command, as it is after placeholders were replaced.
    source: job.command.at(-1) ?? "",
    args: job.args,
    cwd: join(job.folder, "work"),
    // What the task starts by the name of python3 or pip is what executes it.
    env: { ...taskEnvironment(job, `${dirname(python)}:${path}`), _KFP_RUNTIME: "true" },
    log: job.logFile,
  };
}

/** Whether a task asks for what an interpreter looks at only when it starts. */
function needsFresh(env: Readonly<Record<string, string>>): boolean {
  return Object.keys(env).some((name) => /^(PYTHON|LD_|LC_|LANG$|MALLOC_)/.test(name));
}

async function inWorker(
  { worker: warmed, python }: Ready,
  component: LightweightComponent,
  job: ContainerJob,
  { maxLogBytes, path }: PythonRuntimeOptions,
): Promise<ContainerEnd> {
  const worker = await warmed();
  if (job.signal.aborted) return { exitCode: undefined, signal: undefined, endedBy: "abort" };
  let group: number | undefined;
  let wanted: NodeJS.Signals | undefined;
  const watch = watchProcess({
    log: await openLog(job.logFile),
    maxLogBytes,
    timeLimitMs: job.timeLimitMs,
    graceMs,
    signal: job.signal,
    end: (signal) => {
      wanted = signal;
      endGroup(group, signal);
    },
  });
  let endedBy: ContainerEnd["endedBy"];
  let end: Pick<ContainerEnd, "exitCode" | "signal">;
  try {
    end = await new Promise((resolve, reject) => {
      const task = workerTask(component, python, job, path);
      worker.run(needsFresh(job.env) ? { ...task, fresh: workerSource } : task, {
        started(process) {
          group = process.processGroup;
          if (wanted !== undefined) endGroup(group, wanted);
          job.onProcess?.(process);
        },
        ended: ({ code, signal }) => resolve({ exitCode: code, signal }),
        lost(fact) {
          endGroup(group, "SIGKILL");
          reject(new RunnerError("TASK_FAILED", `the task was lost: ${fact}`));
        },
      });
    });
  } finally {
    endedBy = await watch.finish();
  }
  return { ...end, endedBy };
}

/** What is made for several is not given up for one of them, but that one does not wait for it any more. */
async function orAborted<T>(made: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    made.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** In isolation each task has an interpreter of its own: a copy of a shared one would see what that sees. */
async function isolated(
  { python, folders }: Ready,
  component: LightweightComponent,
  job: ContainerJob,
  { isolation, network, maxLogBytes, path }: PythonRuntimeOptions,
): Promise<ContainerEnd> {
  const task = workerTask(component, python, job, path);
  const file = join(job.folder, "task.json");
  await writeFile(file, JSON.stringify(task), { mode: 0o600 });
  const env = { ...task.env, KFP_TS_TASK: "1" };
  const line = isolation.wrap({
    file: python,
    args: ["-c", workerSource, file],
    cwd: task.cwd,
    mounts: [
      ...folders.flatMap(interpreterMount),
      ...job.mounts,
      { source: job.folder, target: job.folder, writable: true },
    ],
    network,
    env,
  });
  return await runProcess(line, env, job, maxLogBytes);
}

/** A folder of the interpreter, as tasks see it; those of the system are there already. */
function interpreterMount(folder: string): Mount[] {
  if (folder === "/usr" || folder.startsWith("/usr/")) return [];
  if (folder === "/" || `${homedir()}/`.startsWith(`${folder}/`)) {
    throw new RunnerError(
      "ISOLATION_UNAVAILABLE",
      `the interpreter lies in ${folder}, which isolated tasks must not see; use one of the system or of a virtual environment`,
    );
  }
  return [{ source: folder, target: folder, writable: false }];
}
