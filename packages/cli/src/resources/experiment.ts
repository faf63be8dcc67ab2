import { type Experiment, experiment, experimentPage } from "@kfp-ts/api";
import { type ResourceKind, text, time } from "./resource-kind.ts";

/** How experiments are shown. */
export const experimentKind: ResourceKind<Experiment> = {
  noun: "experiment",
  listCommand: "experiments list",
  message: experiment,
  page: experimentPage,
  listField: "experiments",
  id: (item) => item.experimentId,
  displayName: (item) => item.displayName,
  columns: [
    text("Name", (item) => item.displayName),
    text("ID", (item) => item.experimentId),
    { ...text("Namespace", (item) => item.namespace), onlyIfAny: true },
    text("Storage", (item) => item.storageState),
    time("Created", (item) => item.createdAt),
    time("Last run", (item) => item.lastRunCreatedAt),
  ],
  facts: [
    text("Name", (item) => item.displayName),
    text("ID", (item) => item.experimentId),
    text("Namespace", (item) => item.namespace),
    text("Description", (item) => item.description),
    text("Storage", (item) => item.storageState),
    time("Created", (item) => item.createdAt),
    time("Last run", (item) => item.lastRunCreatedAt),
  ],
};
