import type { Clock } from "../ports/clock.ts";
import { secondsOf } from "../ports/clock.ts";
import type { ExperimentRecord, Store } from "../ports/store.ts";
import type { NewId } from "./ids.ts";

/** Gives the default experiment, in which runs are that name none. It is made where there is none yet. */
export type DefaultExperiment = () => Promise<ExperimentRecord>;

/**
 * The default experiment of a server for one user, with the name and description that Kubeflow Pipelines gives it.
 * Ask for it once when the server starts: clients expect it to be there.
 */
export function defaultExperiment(options: {
  readonly store: Pick<Store, "experiments">;
  readonly clock: Clock;
  readonly newId: NewId;
}): DefaultExperiment {
  const { store, clock, newId } = options;
  return () =>
    store.experiments.default(() => ({
      experimentId: newId(),
      displayName: "Default",
      description: "All runs created without specifying an experiment will be grouped here.",
      namespace: "",
      createdAt: secondsOf(clock),
      lastRunCreatedAt: 0,
      storageState: "AVAILABLE",
    }));
}
