export { decodeQuery, decodeRequest, type QueryParameters } from "./codec/decode-request.ts";
export { decodeResponse, UnexpectedResponseError } from "./codec/decode-response.ts";
export { encodeRequest, encodeResponse } from "./codec/encode.ts";
export { camelCase, snakeCase, wireName } from "./codec/names.ts";
export { RawJson, rawJson } from "./codec/raw-json.ts";
export { formatTimestamp, parseTimestamp } from "./codec/timestamp.ts";
export {
  type ErrorBody,
  errorBody,
  gatewayErrorBody,
  type UploadErrorBody,
  uploadErrorBody,
} from "./errors/error-body.ts";
export { type StatusCode, statusCodeOfNumber, statusCodes } from "./errors/status-codes.ts";
export { invalidArgument, notFound, StatusError } from "./errors/status-error.ts";
export {
  type Filter,
  type FilterOperation,
  type FilterValue,
  filterOperations,
  noFilter,
  type Predicate,
  parseFilter,
  type TagPredicate,
} from "./list/filter.ts";
export {
  type Listable,
  type ListColumn,
  listableExperiment,
  listablePipeline,
  listablePipelineVersion,
  listableRecurringRun,
  listableRun,
} from "./list/listable.ts";
export { defaultPageSize, maxPageSize, pageSizeOf } from "./list/page-size.ts";
export { parseSort, type Sort } from "./list/sort.ts";
export {
  type Experiment,
  experiment,
  experimentPage,
  type NewExperiment,
} from "./messages/experiment.ts";
export type {
  AnyMessage,
  Field,
  Fields,
  InputOf,
  Json,
  JsonObject,
  Kind,
  Message,
  MessageOf,
  ReceivedOf,
} from "./messages/field.ts";
export { type Health, health, healthV1 } from "./messages/health.ts";
export {
  type NewPipeline,
  type NewPipelineVersion,
  type Pipeline,
  type PipelineVersion,
  pipeline,
  pipelinePage,
  pipelineVersion,
  pipelineVersionPage,
} from "./messages/pipeline.ts";
export {
  type NewRecurringRun,
  type RecurringRun,
  recurringRun,
  recurringRunPage,
} from "./messages/recurring-run.ts";
export {
  finalStates,
  type NewRun,
  type Run,
  type RuntimeState,
  run,
  runPage,
} from "./messages/run.ts";
export {
  type RunArtifact,
  type RunOutputs,
  type RunTask,
  runArtifact,
  runArtifactPage,
  runTask,
} from "./messages/run-task.ts";
export { empty, type Status } from "./messages/status.ts";
export { type OpenApiDocument, type OpenApiOptions, openApiDocument } from "./openapi/document.ts";
export { allOperations, operations } from "./operations/index.ts";
export type {
  Access,
  AnyOperation,
  BodyOf,
  Method,
  Operation,
  ParamsOf,
  QueryOf,
  ReceivedBodyOf,
  ReceivedQueryOf,
  ResponseOf,
} from "./operations/operation.ts";
export { pipelinesAccess, readPipeline } from "./operations/operation.ts";
export { type ContentOperation, contentOperations, runContents } from "./operations/run-contents.ts";
export { CronError, type CronSchedule, nextAfter, parseCron } from "./schedule/index.ts";
