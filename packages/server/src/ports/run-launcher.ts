import type { RunRecord } from "./store.ts";

/**
 * What executes runs. Without one, runs are accepted, stored and stay PENDING: nothing pretends to have run.
 */
export interface RunLauncher {
  /** Called once a run is stored. Rejecting does not undo the run: the launcher owns its state from here. */
  launch(run: RunRecord, spec: string): Promise<void>;
  /** Called once a run has been asked to end. */
  terminate(run: RunRecord): Promise<void>;
}
