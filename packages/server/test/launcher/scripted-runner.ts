import type { ArtifactContent, RunHandle, Runner, RunnerOptions, RunRequest, RunView, TaskView } from "@kfp-ts/runner";

/** How a run of a scripted runner ends. */
export type End = Pick<RunView, "state"> & Partial<Pick<RunView, "error" | "tasks" | "outputs">>;

interface Stored {
  view: RunView;
  /** The runner that has it. */
  holder: object | undefined;
  finish: (end: End) => void;
  interrupt: () => void;
}

/** What scripted runners keep and were asked; several of them on one disk know the same runs. */
export class Disk {
  readonly runs = new Map<string, Stored>();
  readonly asked: string[] = [];
  readonly requests: RunRequest[] = [];
  readonly made: RunnerOptions[] = [];
  /** What the next start is refused with. */
  refusal: unknown;

  /** Ends a run that is under way. */
  end(runId: string, end: End = { state: "SUCCEEDED" }): void {
    this.runs.get(runId)?.finish(end);
  }

  /** Makes a runner on this disk. */
  runner(options: RunnerOptions): Runner {
    this.made.push(options);
    return scripted(this);
  }
}

/** A refusal of a runner: the launcher knows it by its name. */
export function runnerError(code: string, message = "it is so"): Error {
  return Object.assign(new Error(message), { name: "RunnerError", code });
}

function scripted(disk: Disk): Runner {
  const self = {};
  const take = (stored: Stored): RunHandle => {
    const runId = stored.view.runId;
    if (stored.holder !== undefined) throw runnerError("RUN_BUSY");
    stored.holder = self;
    stored.view = { ...stored.view, state: "RUNNING", endedAt: 0, underWay: true };
    const ended = new Promise<RunView>((resolve, reject) => {
      stored.finish = (end) => {
        stored.holder = undefined;
        stored.view = { ...stored.view, ...end, endedAt: 1_767_225_700_000, underWay: false };
        resolve(stored.view);
      };
      stored.interrupt = () => {
        stored.holder = undefined;
        stored.view = { ...stored.view, underWay: false };
        reject(runnerError("RUN_INTERRUPTED"));
      };
    });
    ended.catch(() => {});
    return {
      runId,
      ended,
      events: async function* () {},
      cancel: async () => {
        disk.asked.push(`cancel ${runId}`);
        stored.finish({ state: "CANCELED" });
      },
    };
  };
  return {
    check: async () => [],
    async start(request) {
      const { runId = "?" } = request;
      disk.asked.push(`start ${runId}`);
      disk.requests.push(request);
      if (disk.refusal !== undefined) throw disk.refusal;
      if (disk.runs.has(runId)) throw runnerError("OPTION_INVALID", "there is a run already");
      const stored: Stored = { view: viewOf(request), holder: undefined, finish: () => {}, interrupt: () => {} };
      disk.runs.set(runId, stored);
      return take(stored);
    },
    async resume(runId, { retryFailed = false } = {}) {
      disk.asked.push(`${retryFailed ? "retry" : "resume"} ${runId}`);
      const stored = disk.runs.get(runId);
      if (stored === undefined) throw runnerError("RUN_NOT_FOUND");
      return take(stored);
    },
    events: async function* () {},
    get: async (runId) => disk.runs.get(runId)?.view,
    list: async () => [...disk.runs.values()].map(({ view }) => view),
    async log(runId, task, { attempt, follow = false, signal } = {}) {
      if (!disk.runs.has(runId)) return undefined;
      return (async function* () {
        yield Buffer.from(`${task} attempt ${attempt ?? "last"}\n`);
        while (follow && signal?.aborted === false) {
          yield Buffer.from("more\n");
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })();
    },
    async artifact(runId, task, output, index = 0): Promise<ArtifactContent | undefined> {
      const view = disk.runs.get(runId)?.view.tasks.find(({ path }) => path === task);
      const artifact = view?.outputs.artifacts[output]?.[index];
      if (artifact === undefined) return undefined;
      const text = `the content of ${artifact.name}`;
      const content = (async function* () {
        for (const letter of text) yield Buffer.from(letter);
      })();
      return { artifact, size: text.length, folder: false, content };
    },
    async delete(runId) {
      disk.asked.push(`delete ${runId}`);
      if (!disk.runs.delete(runId)) throw runnerError("RUN_NOT_FOUND");
    },
    async close() {
      for (const stored of disk.runs.values()) if (stored.holder === self) stored.interrupt();
    },
  };
}

function viewOf({ runId = "", displayName = "", parameters = {}, namespace = "" }: RunRequest): RunView {
  return {
    runId,
    displayName,
    pipelineName: "echo",
    createdAt: 1,
    parameters,
    artifacts: {},
    pipelineRoot: "",
    namespace,
    scheduledAt: 1,
    cache: true,
    state: "RUNNING",
    startedAt: 1_767_225_601_000,
    endedAt: 0,
    underWay: true,
    history: [],
    outputs: { parameters: {}, artifacts: {} },
    tasks: [],
  };
}

/** A task of a run, with what matters to a test. */
export function taskView(path: string, over: Partial<TaskView> = {}): TaskView {
  return {
    path,
    name: path.split("/").at(-1) ?? path,
    displayName: path,
    kind: "container",
    state: "SUCCEEDED",
    startedAt: 1_767_225_602_000,
    endedAt: 1_767_225_603_000,
    attempts: 1,
    inputs: { parameters: {}, artifacts: {} },
    outputs: { parameters: {}, artifacts: {} },
    history: [
      { at: 1_767_225_602_000, state: "RUNNING" },
      { at: 1_767_225_603_000, state: "SUCCEEDED" },
    ],
    ...over,
  };
}
