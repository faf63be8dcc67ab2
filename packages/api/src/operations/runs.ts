import { int32, text } from "../messages/field.ts";
import { run, runPage } from "../messages/run.ts";
import { runArtifactPage, runOutputs, runTaskPage } from "../messages/run-task.ts";
import { empty } from "../messages/status.ts";
import { experimentListQuery } from "./list-query.ts";
import { operation, pipelinesAccess, readPipeline } from "./operation.ts";

const collection = "/apis/v2beta1/runs";
const one = "/apis/v2beta1/runs/{run_id}";
const contentPage = {
  pageToken: text("Continues where the page that gave it ended."),
  pageSize: int32("How many at most, 1 to 200; 20 when left out."),
} as const;

/** The operations on runs. */
export const runOperations = {
  create: operation({
    id: "runs.create",
    method: "POST",
    path: collection,
    query: { experimentId: text("Deprecated, and without effect: the body has it.") },
    body: run,
    response: run,
    access: pipelinesAccess("runs", "create", {
      scope: "namespace of the experiment",
      name: "none",
      also: readPipeline,
    }),
    summary: "Create a run",
  }),
  get: operation({
    id: "runs.get",
    method: "GET",
    path: one,
    query: { experimentId: text("Deprecated, and without effect.") },
    response: run,
    access: pipelinesAccess("runs", "get", { scope: "namespace of the resource", name: "workflow name" }),
    summary: "Get a run",
  }),
  list: operation({
    id: "runs.list",
    method: "GET",
    path: collection,
    query: experimentListQuery,
    response: runPage,
    access: pipelinesAccess("runs", "list", { scope: "namespace of the experiment or of the request", name: "none" }),
    summary: "List runs",
  }),
  archive: operation({
    id: "runs.archive",
    method: "POST",
    path: `${one}:archive`,
    response: empty,
    access: pipelinesAccess("runs", "archive", { scope: "namespace of the resource", name: "workflow name" }),
    summary: "Put a run into the archive; it goes on running",
  }),
  unarchive: operation({
    id: "runs.unarchive",
    method: "POST",
    path: `${one}:unarchive`,
    response: empty,
    access: pipelinesAccess("runs", "unarchive", { scope: "namespace of the resource", name: "workflow name" }),
    summary: "Take a run out of the archive",
  }),
  terminate: operation({
    id: "runs.terminate",
    method: "POST",
    path: `${one}:terminate`,
    response: empty,
    access: pipelinesAccess("runs", "terminate", { scope: "namespace of the resource", name: "workflow name" }),
    summary: "Ask a run to end",
  }),
  retry: operation({
    id: "runs.retry",
    method: "POST",
    path: `${one}:retry`,
    response: empty,
    access: pipelinesAccess("runs", "retry", { scope: "namespace of the resource", name: "workflow name" }),
    summary: "Run the tasks of a failed run again that did not succeed",
  }),
  delete: operation({
    id: "runs.delete",
    method: "DELETE",
    path: one,
    response: empty,
    access: pipelinesAccess("runs", "delete", { scope: "namespace of the resource", name: "workflow name" }),
    summary: "Delete a run",
  }),
  tasks: operation({
    id: "runs.tasks",
    method: "GET",
    path: `${one}/tasks`,
    query: contentPage,
    response: runTaskPage,
    access: pipelinesAccess("runs", "get", { scope: "namespace of the resource", name: "workflow name" }),
    summary: "List the tasks of a run, with what went in and what came out",
  }),
  artifacts: operation({
    id: "runs.artifacts",
    method: "GET",
    path: `${one}/artifacts`,
    query: { ...contentPage, type: text("Only those of this type, such as system.Metrics.") },
    response: runArtifactPage,
    access: pipelinesAccess("runs", "get", { scope: "namespace of the resource", name: "workflow name" }),
    summary: "List the artifacts that the tasks of a run have made",
  }),
  outputs: operation({
    id: "runs.outputs",
    method: "GET",
    path: `${one}/outputs`,
    response: runOutputs,
    access: pipelinesAccess("runs", "get", { scope: "namespace of the resource", name: "workflow name" }),
    summary: "Get what a run as a whole has given",
  }),
} as const;
