import { invalidArgument, notFound } from "@kfp-ts/api";
import type { ExperimentRecord, Store } from "../ports/store.ts";
import type { DefaultExperiment } from "./default-experiment.ts";
import type { Namespaces } from "./namespaces.ts";

/** Finds the experiments of runs and recurring runs. */
export interface RunExperiments {
  /**
   * The experiment of a new run: the one that is named, else the default one. Many users have no default one.
   *
   * @throws StatusError NOT_FOUND; INVALID_ARGUMENT where one of many users names none.
   */
  ofNew(experimentId: string | undefined): Promise<ExperimentRecord>;
  /** @throws StatusError NOT_FOUND, as upstream does where a run has outlived its experiment. */
  existing(experimentId: string): Promise<ExperimentRecord>;
}

/** Looks into a store for the experiments of runs. */
export function storedRunExperiments(options: {
  readonly store: Pick<Store, "experiments">;
  readonly defaultExperiment: DefaultExperiment;
  readonly namespaces: Namespaces;
}): RunExperiments {
  const { store, defaultExperiment, namespaces } = options;

  async function existing(experimentId: string): Promise<ExperimentRecord> {
    const experiment = await store.experiments.get(experimentId);
    if (experiment === undefined) throw notFound("Experiment", experimentId);
    return experiment;
  }

  return {
    ofNew(experimentId) {
      if (experimentId) return existing(experimentId);
      if (!namespaces.multiUser) return defaultExperiment();
      return Promise.reject(invalidArgument("Experiment id can not be empty in multi-user mode"));
    },
    existing,
  };
}

/**
 * Checks the namespace that a client names for a recurring run: it has to be that of its experiment. A client that names
 * no experiment may also name the namespace that the API shows for it.
 *
 * @throws StatusError INVALID_ARGUMENT with upstream's text.
 */
export function checkClaimedNamespace(
  claimed: string | undefined,
  experiment: ExperimentRecord,
  named: boolean,
  namespaces: Namespaces,
): void {
  if (claimed === undefined || claimed === "" || claimed === experiment.namespace) return;
  if (!named && claimed === namespaces.executionOf(experiment.namespace)) return;
  throw invalidArgument(
    `Experiment ${experiment.experimentId} belongs to namespace '${experiment.namespace}' instead of '${claimed}'`,
  );
}
