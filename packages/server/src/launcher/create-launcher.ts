import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Artifact, Runner, RunnerOptions, RunView } from "@kfp-ts/runner";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { RunLauncher } from "../ports/run-launcher.ts";
import type { RunRecord, Store } from "../ports/store.ts";
import { lazyRunner } from "./lazy-runner.ts";
import { isWithin } from "./own-path.ts";
import type { Place } from "./place.ts";
import { RunCare } from "./run-care.ts";
import { runnersRunId } from "./run-id.ts";
import { runOutputsOf } from "./run-outputs.ts";
import { type Measure, runTasksOf } from "./run-tasks.ts";
import { taskIdOf } from "./task-id.ts";

/** What a launcher works with. */
export interface LauncherOptions {
  readonly store: Pick<Store, "runs">;
  readonly place: Place;
  readonly runner: Omit<RunnerOptions, "folder">;
  /** Makes the runner, once there is something to be executed. */
  readonly createRunner: (options: RunnerOptions) => Promise<Runner>;
  readonly clock: Clock;
  readonly log: Log;
  /** How often it looks what other servers on the same database ask of its runs, in milliseconds. @default 3000 */
  readonly lookEveryMs?: number | undefined;
  /** How many runs are under way at once. @default 100 */
  readonly maxRuns?: number | undefined;
}

/** Makes a launcher that executes runs on this machine. */
export function createLauncher(options: LauncherOptions): RunLauncher {
  const { store, place, createRunner, clock, log, lookEveryMs = 3000, maxRuns = 100 } = options;
  const runner = lazyRunner(() => createRunner({ ...options.runner, folder: place.folder }));
  const care = new RunCare({ place: place.id, store, runner, clock, log, maxRuns });
  const apart = options.runner.isolation !== "none";
  let timer: NodeJS.Timeout | undefined;

  async function viewOf(run: RunRecord): Promise<RunView | undefined> {
    if (run.place !== place.id) return undefined;
    return await (await runner.get()).get(runnersRunId(run.runId));
  }

  /** The path of the task that a node means: its id, or the path itself. */
  async function pathOf(run: RunRecord, node: string): Promise<string | undefined> {
    const view = await viewOf(run);
    return view?.tasks.find(({ path }) => path === node || taskIdOf(run.runId, path) === node)?.path;
  }

  /** Where tasks are kept apart, what one of them has said to be its own is given to nobody unless it is. */
  async function isOwn({ runId }: RunRecord, { uri, customPath }: Artifact): Promise<boolean> {
    const path = pathIn(customPath ?? uri);
    return !apart || path === undefined || (await isWithin(join(place.folder, "runs", runnersRunId(runId)), path));
  }

  function measureIn(run: RunRecord): Measure {
    return async (artifact) => {
      const path = pathIn(artifact.customPath ?? artifact.uri);
      if (path === undefined || !(await isOwn(run, artifact))) return undefined;
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) return undefined;
      return found.isDirectory() ? { folder: true } : { folder: false, size: found.size };
    };
  }

  return {
    place: place.id,
    begin() {
      timer ??= setInterval(() => void care.lookAtAll(), lookEveryMs);
      timer.unref();
      void care.lookAtAll();
    },
    changed: (runId) => care.look(runId),
    async tasks(run) {
      const view = await viewOf(run);
      return view && (await runTasksOf(run.runId, view, measureIn(run)));
    },
    async outputs(run) {
      const view = await viewOf(run);
      return view && (await runOutputsOf(run.runId, view, measureIn(run)));
    },
    async log(run, node, { attempt, follow, signal }) {
      const path = await pathOf(run, node);
      if (path === undefined) return undefined;
      const which = attempt === undefined ? {} : { attempt };
      return await (await runner.get()).log(runnersRunId(run.runId), path, { ...which, follow, signal });
    },
    async artifact(run, node, name, index) {
      const path = await pathOf(run, node);
      if (path === undefined) return undefined;
      const found = await (await runner.get()).artifact(runnersRunId(run.runId), path, name, index);
      if (found === undefined || !(await isOwn(run, found.artifact))) return undefined;
      const { artifact, folder, size, content } = found;
      const fileName = basename(artifact.customPath ?? artifact.uri) || name;
      return { fileName: folder ? `${fileName}.tar` : fileName, size: folder ? undefined : size, content };
    },
    async close() {
      clearInterval(timer);
      await care.close();
      await place.close();
    },
  };
}

/** The path of what is on this machine. */
function pathIn(uri: string): string | undefined {
  if (uri.startsWith("file://")) return decodeURIComponent(new URL(uri).pathname);
  return uri.startsWith("/") ? uri : undefined;
}
