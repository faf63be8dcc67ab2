import { invalidArgument, notFound, runContents, StatusError } from "@kfp-ts/api";
import type { Claims } from "../ports/authenticator.ts";
import type { LogOptions, RunContent, RunLauncher } from "../ports/run-launcher.ts";
import type { RunRecord, Store } from "../ports/store.ts";
import type { AccessControl } from "./access.ts";
import type { Namespaces } from "./namespaces.ts";

/** Which node of which run. */
export interface NodeOfRun {
  readonly runId: string;
  /** The id of a task, or its path. */
  readonly node: string;
}

/** Gives what the tasks of a run have written to those who may read it. */
export interface RunContents {
  /** @throws StatusError NOT_FOUND; what AccessControl throws. */
  log(caller: Claims | undefined, of: NodeOfRun, options: LogOptions): Promise<AsyncIterable<Uint8Array>>;
  /** @throws StatusError NOT_FOUND; what AccessControl throws. */
  artifact(caller: Claims | undefined, of: NodeOfRun, name: string, index: number): Promise<RunContent>;
}

/** What the contents of runs are found with. */
export interface RunContentsOptions {
  readonly store: Pick<Store, "runs">;
  readonly access?: AccessControl | undefined;
  readonly namespaces: Namespaces;
  readonly launcher?: RunLauncher | undefined;
}

/** Makes what reads the contents of runs. */
export function storedRunContents({ store, access, namespaces, launcher }: RunContentsOptions): RunContents {
  async function permitted(
    caller: Claims | undefined,
    what: "readLog" | "readArtifact",
    runId: string,
  ): Promise<RunRecord> {
    const run = await store.runs.get(runId);
    if (run === undefined) throw notFound("Run", runId);
    await access?.demand(caller, runContents[what].access, namespaces.of("run", run.namespace), run.name);
    return run;
  }

  return {
    async log(caller, { runId, node }, options) {
      const run = await permitted(caller, "readLog", runId);
      const log = await launcher?.log(run, node, options);
      if (log !== undefined) return log;
      throw new StatusError(
        "NOT_FOUND",
        `The log of node ${node} of run ${runId} was not found: ${whyNot(run, launcher)}`,
      );
    },
    async artifact(caller, { runId, node }, name, index) {
      const run = await permitted(caller, "readArtifact", runId);
      if (run.place === "") {
        // Upstream's words for every run of a compiled pipeline.
        throw invalidArgument("Invalid input error: read artifact from run with v2 IR spec is not supported");
      }
      const content = await launcher?.artifact(run, node, name, index);
      if (content !== undefined) return content;
      throw new StatusError("NOT_FOUND", `artifact not found: ${whyNot(run, launcher)}`);
    },
  };
}

function whyNot({ place }: RunRecord, launcher: RunLauncher | undefined): string {
  if (place === "") return "this server keeps no logs of pods";
  if (launcher?.place !== place) return "the run was executed by another server, which has it";
  return "the run has no such task, or the task has not written it";
}
