import { flag, text } from "../messages/field.ts";
import {
  pipeline,
  pipelineAndVersion,
  pipelinePage,
  pipelineVersion,
  pipelineVersionPage,
} from "../messages/pipeline.ts";
import { empty } from "../messages/status.ts";
import { listQuery, namespacedListQuery } from "./list-query.ts";
import { operation, pipelinesAccess } from "./operation.ts";

const collection = "/apis/v2beta1/pipelines";
const one = "/apis/v2beta1/pipelines/{pipeline_id}";
const versions = `${one}/versions` as const;
const oneVersion = `${versions}/{pipeline_version_id}` as const;

const uploadQuery = {
  name: text("Its name; the display name, else the file's name, when left out."),
  displayName: text("The name that people see."),
  description: text("What it is for."),
  tags: text("Labels, as a JSON object of texts."),
  codeSourceUrl: text("Where its source code is."),
} as const;

/** The operations on pipelines. */
export const pipelineOperations = {
  create: operation({
    id: "pipelines.create",
    method: "POST",
    path: collection,
    body: pipeline,
    response: pipeline,
    access: pipelinesAccess("pipelines", "create", {
      scope: "namespace of the request",
      name: "pipeline name",
      shared: "system namespace",
    }),
    summary: "Create a pipeline without a version",
  }),
  createWithVersion: operation({
    id: "pipelines.createWithVersion",
    method: "POST",
    path: `${collection}/create`,
    body: pipelineAndVersion,
    response: pipeline,
    access: pipelinesAccess("pipelines", "create", {
      scope: "namespace of the request",
      name: "pipeline name",
      shared: "system namespace",
    }),
    summary: "Create a pipeline and its first version from a URL",
  }),
  upload: operation({
    id: "pipelines.upload",
    method: "POST",
    path: `${collection}/upload`,
    query: { ...uploadQuery, namespace: text("The Kubernetes namespace; shared when left out.") },
    upload: true,
    response: pipeline,
    access: pipelinesAccess("pipelines", "create", {
      scope: "namespace of the request",
      name: "none",
      shared: "system namespace",
    }),
    summary: "Create a pipeline and its first version from a file",
  }),
  get: operation({
    id: "pipelines.get",
    method: "GET",
    path: one,
    response: pipeline,
    access: pipelinesAccess("pipelines", "get", {
      scope: "namespace of the resource",
      name: "pipeline name",
      shared: "open",
    }),
    summary: "Get a pipeline",
  }),
  getByName: operation({
    id: "pipelines.getByName",
    method: "GET",
    path: `${collection}/names/{name}`,
    query: { namespace: text("The Kubernetes namespace; shared when left out.") },
    response: pipeline,
    access: pipelinesAccess("pipelines", "get", {
      scope: "namespace of the request",
      name: "pipeline name",
      shared: "open",
    }),
    summary: "Get a pipeline by its name",
  }),
  list: operation({
    id: "pipelines.list",
    method: "GET",
    path: collection,
    query: namespacedListQuery,
    response: pipelinePage,
    access: pipelinesAccess("pipelines", "list", { scope: "namespace of the request", name: "none", shared: "open" }),
    summary: "List pipelines",
  }),
  update: operation({
    id: "pipelines.update",
    method: "PATCH",
    path: one,
    body: pipeline,
    response: pipeline,
    access: pipelinesAccess("pipelines", "update", {
      scope: "namespace of the resource",
      name: "pipeline name",
      shared: "system namespace",
    }),
    summary: "Change the display name and the tags of a pipeline",
  }),
  delete: operation({
    id: "pipelines.delete",
    method: "DELETE",
    path: one,
    query: { cascade: flag("Delete its versions as well; refused where there are some and this is not set.") },
    response: empty,
    access: pipelinesAccess("pipelines", "delete", {
      scope: "namespace of the resource",
      name: "pipeline name",
      shared: "system namespace",
    }),
    summary: "Delete a pipeline",
  }),
} as const;

/** The operations on pipeline versions. */
export const pipelineVersionOperations = {
  create: operation({
    id: "pipelineVersions.create",
    method: "POST",
    path: versions,
    body: pipelineVersion,
    response: pipelineVersion,
    access: pipelinesAccess("pipelines", "create", {
      scope: "namespace of the resource",
      name: "version name",
      shared: "system namespace",
    }),
    summary: "Create a version of a pipeline from a URL",
  }),
  upload: operation({
    id: "pipelineVersions.upload",
    method: "POST",
    path: `${collection}/upload_version`,
    query: {
      ...uploadQuery,
      pipelineid: text("The pipeline that it belongs to.", { inRequest: "required", wire: "pipelineid" }),
    },
    upload: true,
    response: pipelineVersion,
    access: pipelinesAccess("pipelines", "create", {
      scope: "namespace of the resource",
      name: "none",
      shared: "system namespace",
    }),
    summary: "Create a version of a pipeline from a file",
  }),
  get: operation({
    id: "pipelineVersions.get",
    method: "GET",
    path: oneVersion,
    response: pipelineVersion,
    access: pipelinesAccess("pipelines", "get", {
      scope: "namespace of the resource",
      name: "pipeline name",
      shared: "open",
    }),
    summary: "Get a version of a pipeline",
  }),
  list: operation({
    id: "pipelineVersions.list",
    method: "GET",
    path: versions,
    query: listQuery,
    response: pipelineVersionPage,
    access: pipelinesAccess("pipelines", "list", { scope: "namespace of the resource", name: "none", shared: "open" }),
    summary: "List the versions of a pipeline",
  }),
  update: operation({
    id: "pipelineVersions.update",
    method: "PATCH",
    path: oneVersion,
    body: pipelineVersion,
    response: pipelineVersion,
    access: pipelinesAccess("pipelines", "update", {
      scope: "namespace of the resource",
      name: "pipeline name",
      shared: "system namespace",
    }),
    summary: "Change the display name and the tags of a version",
  }),
  delete: operation({
    id: "pipelineVersions.delete",
    method: "DELETE",
    path: oneVersion,
    response: empty,
    access: pipelinesAccess("pipelines", "delete", {
      scope: "namespace of the resource",
      name: "pipeline name",
      shared: "system namespace",
    }),
    summary: "Delete a version of a pipeline",
  }),
} as const;
