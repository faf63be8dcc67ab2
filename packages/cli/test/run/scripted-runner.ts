import {
  attemptFolder,
  noValues,
  type RunEvent,
  type Runner,
  type RunView,
  runFolder,
  type TaskView,
} from "@kfp-ts/runner";
import { runWith } from "../../src/commands/run.ts";
import type { OpenRunner } from "../../src/run/open-runner.ts";
import { runCommand } from "../../src/run-command.ts";
import { type FakeOptions, fakeIo } from "../fake-io.ts";

/** What a run does that is made up. */
export interface Script {
  readonly events?: readonly RunEvent[];
  /** What differs of how it ends. */
  readonly view?: Partial<RunView>;
  /** Rejects instead of an end. */
  readonly failure?: Error;
  /** Rejects instead of a start. */
  readonly refusal?: Error;
  /** Ends only when it is canceled, with this state; `never`: not even then. */
  readonly canceled?: "CANCELED" | "SUCCEEDED" | "never";
  readonly findings?: Awaited<ReturnType<Runner["check"]>>;
  /** Below which folder logs are. */
  readonly folder?: string;
}

/** A run that has ended well, with nothing in it. */
export const aRun: RunView = {
  runId: "run-1",
  displayName: "demo",
  pipelineName: "demo",
  createdAt: 1000,
  parameters: {},
  artifacts: {},
  pipelineRoot: "",
  namespace: "",
  scheduledAt: 1000,
  cache: true,
  state: "SUCCEEDED",
  startedAt: 1000,
  endedAt: 4000,
  underWay: false,
  history: [],
  outputs: noValues,
  tasks: [],
};

/** A container task that has ended well. */
export function aTask(path: string, more: Partial<TaskView> = {}): TaskView {
  return {
    path,
    name: path,
    displayName: path,
    kind: "container",
    state: "SUCCEEDED",
    startedAt: 1000,
    endedAt: 2000,
    attempts: 1,
    inputs: noValues,
    outputs: noValues,
    history: [],
    ...more,
  };
}

/** Runs `kfp-ts run` with a runner that does what a script says. */
export function scripted(script: Script, options: FakeOptions) {
  const called: unknown[][] = [];
  const fake = fakeIo({ now: () => 5000, ...options, argv: ["run", ...(options.argv ?? [])] });
  const command = runWith(async (chosen) => {
    called.push(["open", chosen]);
    return opened(script, called);
  });
  const code = runCommand(fake.io, { groups: [], commands: [command] });
  const outcome = code.then((exitCode) => ({
    code: exitCode,
    stdout: fake.stdout(),
    stderr: fake.stderr(),
    called,
    json: () => JSON.parse(fake.stdout()),
  }));
  return { fake, outcome, called };
}

function opened(script: Script, called: unknown[][]): OpenRunner {
  const view: RunView = { ...aRun, ...script.view };
  let canceled: (state: "CANCELED" | "SUCCEEDED") => void = () => {};
  const handle = () => ({
    runId: view.runId,
    async *events() {
      yield* script.events ?? [];
    },
    async cancel() {
      called.push(["cancel"]);
      if (script.canceled !== undefined && script.canceled !== "never") canceled(script.canceled);
    },
    ended:
      script.failure !== undefined
        ? Promise.reject(script.failure)
        : script.canceled === undefined
          ? Promise.resolve(view)
          : new Promise<RunView>((resolve) => {
              canceled = (state) => resolve({ ...view, state });
            }),
  });
  const runner: Runner = {
    check: async () => script.findings ?? [],
    async start(request) {
      called.push(["start", request]);
      if (script.refusal !== undefined) throw script.refusal;
      return handle();
    },
    async resume(runId, options) {
      called.push(["resume", runId, options]);
      if (script.refusal !== undefined) throw script.refusal;
      return handle();
    },
    get: async () => view,
    async *events() {
      yield* script.events ?? [];
    },
    list: async () => [view],
    log: async () => undefined,
    artifact: async () => undefined,
    delete: async () => {},
    async close() {
      called.push(["close"]);
    },
  };
  const folder = script.folder ?? "/nonexistent";
  return {
    runner,
    folderOf: (runId) => runFolder(folder, runId).path,
    logFileOf: (runId) => (task, attempt) => attemptFolder(runFolder(folder, runId).tasks, task, attempt).log,
  };
}
