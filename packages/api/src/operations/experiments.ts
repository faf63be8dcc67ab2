import { experiment, experimentPage } from "../messages/experiment.ts";
import { empty } from "../messages/status.ts";
import { namespacedListQuery } from "./list-query.ts";
import { operation, pipelinesAccess } from "./operation.ts";

const collection = "/apis/v2beta1/experiments";
const one = "/apis/v2beta1/experiments/{experiment_id}";

/** The operations on experiments. */
export const experimentOperations = {
  create: operation({
    id: "experiments.create",
    method: "POST",
    path: collection,
    body: experiment,
    response: experiment,
    access: pipelinesAccess("experiments", "create", { scope: "namespace of the request", name: "display name" }),
    summary: "Create an experiment",
  }),
  get: operation({
    id: "experiments.get",
    method: "GET",
    path: one,
    response: experiment,
    access: pipelinesAccess("experiments", "get", { scope: "namespace of the resource", name: "display name" }),
    summary: "Get an experiment",
  }),
  list: operation({
    id: "experiments.list",
    method: "GET",
    path: collection,
    query: namespacedListQuery,
    response: experimentPage,
    access: pipelinesAccess("experiments", "list", { scope: "namespace of the request", name: "none" }),
    summary: "List experiments",
  }),
  archive: operation({
    id: "experiments.archive",
    method: "POST",
    path: `${one}:archive`,
    response: empty,
    access: pipelinesAccess("experiments", "archive", { scope: "namespace of the resource", name: "display name" }),
    summary: "Archive an experiment and its runs, and disable its recurring runs",
  }),
  unarchive: operation({
    id: "experiments.unarchive",
    method: "POST",
    path: `${one}:unarchive`,
    response: empty,
    access: pipelinesAccess("experiments", "unarchive", { scope: "namespace of the resource", name: "display name" }),
    summary: "Take an experiment out of the archive; its runs stay there",
  }),
  delete: operation({
    id: "experiments.delete",
    method: "DELETE",
    path: one,
    response: empty,
    access: pipelinesAccess("experiments", "delete", { scope: "namespace of the resource", name: "display name" }),
    summary: "Delete an experiment; its runs stay",
  }),
} as const;
