import { choiceOf } from "../messages/field.ts";
import { propagationPolicy, recurringRun, recurringRunPage } from "../messages/recurring-run.ts";
import { empty } from "../messages/status.ts";
import { experimentListQuery } from "./list-query.ts";
import { operation, pipelinesAccess, readPipeline } from "./operation.ts";

const collection = "/apis/v2beta1/recurringruns";
const one = "/apis/v2beta1/recurringruns/{recurring_run_id}";

/** The operations on recurring runs. Access is asked for "jobs", their older name. */
export const recurringRunOperations = {
  create: operation({
    id: "recurringRuns.create",
    method: "POST",
    path: collection,
    body: recurringRun,
    response: recurringRun,
    access: pipelinesAccess("jobs", "create", {
      scope: "namespace of the experiment",
      name: "display name",
      also: readPipeline,
    }),
    summary: "Create a recurring run",
  }),
  get: operation({
    id: "recurringRuns.get",
    method: "GET",
    path: one,
    response: recurringRun,
    access: pipelinesAccess("jobs", "get", { scope: "namespace of the resource", name: "display name" }),
    summary: "Get a recurring run",
  }),
  list: operation({
    id: "recurringRuns.list",
    method: "GET",
    path: collection,
    query: experimentListQuery,
    response: recurringRunPage,
    access: pipelinesAccess("jobs", "list", { scope: "namespace of the experiment or of the request", name: "none" }),
    summary: "List recurring runs",
  }),
  enable: operation({
    id: "recurringRuns.enable",
    method: "POST",
    path: `${one}:enable`,
    response: empty,
    access: pipelinesAccess("jobs", "enable", { scope: "namespace of the resource", name: "display name" }),
    summary: "Let a recurring run make runs",
  }),
  disable: operation({
    id: "recurringRuns.disable",
    method: "POST",
    path: `${one}:disable`,
    response: empty,
    access: pipelinesAccess("jobs", "disable", { scope: "namespace of the resource", name: "display name" }),
    summary: "Keep a recurring run from making runs",
  }),
  delete: operation({
    id: "recurringRuns.delete",
    method: "DELETE",
    path: one,
    query: { propagationPolicy: choiceOf(propagationPolicy)("What happens to the runs that it made.") },
    response: empty,
    access: pipelinesAccess("jobs", "delete", { scope: "namespace of the resource", name: "display name" }),
    summary: "Delete a recurring run",
  }),
} as const;
