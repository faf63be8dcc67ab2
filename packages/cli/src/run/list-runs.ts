import type { JsonObject } from "@kfp-ts/api";
import type { Runner, RunView } from "@kfp-ts/runner";
import { formatDuration } from "../command-line/duration.ts";
import { printable } from "../output/printable.ts";
import { paintState, type Style } from "../output/style.ts";
import { formatTable } from "../output/table.ts";
import { formatTime } from "../output/time.ts";

/** The stored runs as they stand, the newest first. */
export async function storedRuns(runner: Runner): Promise<readonly RunView[]> {
  const views: RunView[] = [];
  for (const { runId } of await runner.list()) {
    const view = await runner.get(runId);
    if (view !== undefined) views.push(view);
  }
  return views;
}

/** Runs as a table for people. */
export function runTable(views: readonly RunView[], now: number, style: Style): string {
  const rows = views.map((view) => [
    printable(view.runId),
    wasLeft(view) ? style.yellow("INTERRUPTED") : paintState(style, view.state),
    printable(view.displayName),
    formatTime(new Date(view.createdAt), now),
    view.endedAt > 0 && view.startedAt > 0 ? formatDuration(view.endedAt - view.startedAt) : "",
  ]);
  return formatTable(["RUN", "STATE", "NAME", "CREATED", "TOOK"], rows, style);
}

/** Runs for programs. */
export function runsJson(views: readonly RunView[]): JsonObject {
  return {
    runs: views.map((view) => ({
      runId: view.runId,
      state: view.state,
      underWay: view.underWay,
      displayName: view.displayName,
      pipelineName: view.pipelineName,
      createdAt: new Date(view.createdAt).toISOString(),
      startedAt: view.startedAt > 0 ? new Date(view.startedAt).toISOString() : null,
      endedAt: view.endedAt > 0 ? new Date(view.endedAt).toISOString() : null,
    })),
  };
}

/** Whether it has no end, and no process that executes it. */
function wasLeft({ state, underWay }: RunView): boolean {
  return !underWay && (state === "PENDING" || state === "RUNNING" || state === "CANCELING");
}
