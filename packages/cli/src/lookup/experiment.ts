import type { Experiment } from "@kfp-ts/api";
import { type Client, filter } from "@kfp-ts/sdk";
import { experimentKind } from "../resources/experiment.ts";
import { find } from "./find.ts";

/** Finds an experiment by its id or its name. */
export function findExperiment(kfp: Client, given: string): Promise<Experiment> {
  return find(experimentKind, given, {
    byId: (id) => kfp.experiments.get(id),
    byName(name) {
      const named = filter("experiments").where("displayName").equals(name);
      return kfp.experiments.list({ filter: named, sortBy: "createdAt desc" });
    },
  });
}
