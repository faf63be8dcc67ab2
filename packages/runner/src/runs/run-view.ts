import type { Replay, ReplayedTask } from "../events/replay.ts";
import type { RunRecord } from "../events/run-event.ts";
import type { RunView, TaskView } from "./runner.ts";

/** A run as people and programs see it. */
export function runView(record: RunRecord, replay: Replay, underWay: boolean, names: DisplayNames): RunView {
  const { state, startedAt, endedAt, history, outputs, error } = replay;
  return {
    ...record,
    state,
    startedAt,
    endedAt,
    underWay,
    history: [...history],
    outputs,
    ...(error === undefined ? {} : { error }),
    tasks: [...replay.tasks.values()].map((task) => taskView(task, names)),
  };
}

/** The name for people that the pipeline gives a task; its path where it has none. */
export type DisplayNames = (path: string) => string;

function taskView(task: ReplayedTask, names: DisplayNames): TaskView {
  const { path, kind, state, startedAt, endedAt, attempts, inputs, outputs, cached, error, history } = task;
  return {
    path,
    name: nameIn(path),
    displayName: names(path),
    kind,
    state,
    startedAt,
    endedAt,
    attempts,
    inputs,
    outputs,
    ...(cached === undefined ? {} : { cached }),
    ...(error === undefined ? {} : { error }),
    history: [...history],
  };
}

/** The task that a path ends with; an iteration has the name of its loop. */
export function nameIn(path: string): string {
  const parts = path.split("/");
  return parts.findLast((part) => !/^\d+$/.test(part)) ?? path;
}
