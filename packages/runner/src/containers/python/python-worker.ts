import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { RunnerError } from "../../errors/runner-error.ts";
import { signalGroup } from "../process/process-tree.ts";
import { workerSource } from "./worker-source.ts";

/** A task for a worker. */
export interface WorkerTask {
  /** The module of Kubeflow's executor. */
  readonly executor: string;
  readonly source: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The file that its output is added to. */
  readonly log: string;
  /** The program of a fresh interpreter, where the task must not have a copy of the worker's. */
  readonly fresh?: string | undefined;
}

/** A program with its words. */
interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
}

/** What becomes of a task; one of the last two is called, once. */
export interface WorkerListener {
  started(process: { readonly processGroup: number; readonly processStart: string }): void;
  ended(end: { readonly code: number | undefined; readonly signal: string | undefined }): void;
  /** Nobody can say any more how it ends. */
  lost(fact: string): void;
}

/** What an interpreter has. */
export type Interpreter =
  | { readonly satisfied: false }
  | {
      readonly satisfied: true;
      /** Why it cannot import the executor; undefined where it can. */
      readonly problem: string | undefined;
      /** Its version and packages. */
      readonly contents: string;
      /** Its program. */
      readonly executable: string;
      /** Where it and its packages are. */
      readonly folders: readonly string[];
      /** Where it looks for packages. */
      readonly searched: readonly string[];
    };

interface Message {
  readonly id: number;
  readonly satisfied?: boolean;
  readonly problem?: string | null;
  readonly contents?: string;
  readonly executable?: string;
  readonly folders?: readonly string[];
  readonly searched?: readonly string[];
  readonly group?: number;
  readonly start?: string;
  readonly code?: number;
  readonly signal?: number;
}

interface Question {
  readonly resolve: (interpreter: Interpreter) => void;
  readonly reject: (error: Error) => void;
}

/** How much an interpreter may say without a line of its end, in characters. */
const maxLine = 16 * 1024 * 1024;
/** How long an interpreter may take to say what it has, in milliseconds. */
const startMs = 5 * 60_000;
/** How long a task that was handed to a worker which died may take to show up, in milliseconds. */
const showsUpWithinMs = 5_000;
const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** A Python process that has Kubeflow's executor imported, and forks for each task. */
export class PythonWorker {
  readonly #python: string;
  readonly #limitMs: number;
  readonly #process: ChildProcess;
  readonly #tasks = new Map<number, { readonly listener: WorkerListener; started: boolean }>();
  readonly #questions = new Map<number, Question>();
  #alive = true;
  #errors = "";
  #rest = "";
  #next = 1;

  /**
   * @param env - Of the worker, not of its tasks.
   * @param limitMs - How long it may take to answer, in milliseconds.
   * @param wrap - Makes the command line of another program of that of the interpreter: for isolation.
   */
  constructor(
    python: string,
    env: Readonly<Record<string, string>>,
    {
      limitMs = startMs,
      wrap = (args) => ({ file: python, args }),
    }: {
      readonly limitMs?: number | undefined;
      readonly wrap?: ((args: readonly string[]) => CommandLine) | undefined;
    } = {},
  ) {
    this.#python = python;
    this.#limitMs = limitMs;
    // The fourth is never written to: it ends when this process does, however it does.
    const stdio = ["pipe", "pipe", "pipe", "pipe"] as const;
    const { file, args } = wrap(["-c", workerSource]);
    this.#process = spawn(file, args, { cwd: "/", env, detached: true, stdio: [...stdio] });
    const { stdin, stdout, stderr } = this.#process;
    stdout?.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-2000);
    });
    stdout?.on("close", () => this.#settle(true));
    for (const stream of [stdin, stdout, stderr, this.#process.stdio[3]]) stream?.on("error", () => undefined);
    this.#process.on("error", (error) => {
      this.#errors = error.message;
      this.#lost();
      this.#settle(true);
    });
    this.#process.on("exit", () => this.#lost());
  }

  /** Whether it takes tasks. */
  get isAlive(): boolean {
    return this.#alive;
  }

  /**
   * Looks whether the interpreter has what is required, and imports the executor where it does.
   *
   * @throws RunnerError (ENVIRONMENT_FAILED) where the interpreter does not start.
   */
  async prepare(executor: string, requirements: readonly string[]): Promise<Interpreter> {
    let limit: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        if (!this.#alive) return reject(this.#broken());
        this.#questions.set(this.#next, { resolve, reject });
        limit = setTimeout(() => this.#giveUp("it took too long to start"), this.#limitMs);
        this.#send({ prepare: executor, requirements });
      });
    } finally {
      clearTimeout(limit);
    }
  }

  /** Executes a task; it goes on when the worker dies. */
  run(task: WorkerTask, listener: WorkerListener): void {
    if (!this.#alive) {
      listener.lost("the worker had ended");
      return;
    }
    this.#tasks.set(this.#next, { listener, started: false });
    this.#send(task);
  }

  /** Ends the worker and all that it executes. */
  close(): void {
    this.#alive = false;
    for (const stream of this.#process.stdio) stream?.destroy();
  }

  #send(message: object): void {
    this.#process.stdin?.write(`${JSON.stringify({ id: this.#next, ...message })}\n`);
    this.#next += 1;
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    // What is installed there can print before our program begins, and print anything.
    if (this.#rest.length > maxLine) this.#giveUp("it prints without end when it starts");
    for (const line of lines) {
      const message = messageIn(line);
      if (message !== undefined) this.#take(message);
    }
  }

  #giveUp(reason: string): void {
    this.#errors = reason;
    this.close();
    if (this.#process.pid !== undefined) signalGroup(this.#process.pid, "SIGKILL");
    this.#lost();
  }

  #take({ id, satisfied, problem, group, start = "", code, signal, ...message }: Message): void {
    if (satisfied !== undefined) {
      const { contents = "", executable = this.#python, folders = [], searched = [] } = message;
      const facts = { contents, executable, folders, searched };
      const known = { satisfied: true, problem: problem ?? undefined, ...facts } as const;
      this.#questions.get(id)?.resolve(satisfied ? known : { satisfied });
      this.#questions.delete(id);
      return;
    }
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    if (group !== undefined) {
      task.started = true;
      task.listener.started({ processGroup: group, processStart: start });
      return;
    }
    this.#tasks.delete(id);
    task.listener.ended({ code, signal: code === undefined ? signalNames.get(signal ?? 9) : undefined });
  }

  /** Its tasks go on without it, each with a process that looks after it. */
  #lost(): void {
    this.#alive = false;
    for (const { reject } of this.#questions.values()) reject(this.#broken());
    this.#questions.clear();
    setTimeout(() => this.#settle(false), showsUpWithinMs).unref();
  }

  #settle(all: boolean): void {
    for (const [id, { listener, started }] of this.#tasks) {
      if (!all && started) continue;
      this.#tasks.delete(id);
      listener.lost(started ? "who looked after it was ended" : "the worker was ended before it began");
    }
  }

  #broken(): RunnerError {
    const why = this.#errors.trim();
    const fact = `the interpreter ${this.#python} does not start, or was ended`;
    return new RunnerError("ENVIRONMENT_FAILED", why === "" ? fact : `${fact}: ${why}`);
  }
}

/** A message of our program; undefined for a line that somebody else has printed. */
function messageIn(line: string): Message | undefined {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof message !== "object" || message === null) return undefined;
  const fits = Object.entries(message).every(([name, value]) => kinds[name]?.(value) === true);
  return fits && "id" in message ? (message as Message) : undefined;
}

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number";
const areTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  id: isNumber,
  satisfied: (value) => typeof value === "boolean",
  problem: (value) => value === null || isText(value),
  contents: isText,
  executable: isText,
  folders: areTexts,
  searched: areTexts,
  group: isNumber,
  start: isText,
  code: isNumber,
  signal: isNumber,
};
