export {
  type Experiment,
  finalStates,
  type Health,
  type Json,
  type JsonObject,
  type NewExperiment,
  type NewPipeline,
  type NewPipelineVersion,
  type NewRecurringRun,
  type NewRun,
  type Pipeline,
  type PipelineVersion,
  type RecurringRun,
  type Run,
  type RunArtifact,
  type RunOutputs,
  type RunTask,
  type RuntimeState,
  type Status,
} from "@kfp-ts/api";
export type { FailureEvent, RequestEvent, RequestObserver, ResponseEvent, RetryEvent } from "./call/observer.ts";
export type { RequestOptions } from "./call/request-options.ts";
export type {
  ChangedOptions,
  ClientOptions,
  CommonOptions,
  FetchConnection,
  OwnConnection,
  TransportConnection,
} from "./client-options.ts";
export type { Clock } from "./clock.ts";
export { ConnectError } from "./connect/connect-error.ts";
export type {
  ConnectByContext,
  ConnectByTunnel,
  ConnectOptions,
  ConnectProgress,
  ConnectToHost,
} from "./connect/connect-options.ts";
export type { AskedAddress, ConnectSource, ConnectStep } from "./connect/connect-step.ts";
export type { Connection, ConnectionTunnel, Gateway } from "./connect/connection.ts";
export { type FileSessionsOptions, fileSessions } from "./contexts/file-sessions.ts";
export { bearerToken, type TokenSource } from "./credentials/bearer-token.ts";
export { type BrowserLogin, type BrowserLoginOptions, browserLogin } from "./credentials/browser-login.ts";
export type { BrowserIdentity } from "./credentials/browser-session.ts";
export { type CommandOptions, command } from "./credentials/command.ts";
export { type CookieSource, cookies } from "./credentials/cookies.ts";
export type {
  Credentials,
  CredentialsAnswer,
  CredentialsRefusal,
  CredentialsRequest,
  CredentialsSent,
} from "./credentials/credentials.ts";
export type { CredentialsDescription, SecretReference } from "./credentials/credentials-description.ts";
export { type DexPasswordOptions, dexPassword } from "./credentials/dex-password.ts";
export { type KubernetesTokenOptions, kubernetesToken } from "./credentials/kubernetes-token.ts";
export { readCredentialsDescription } from "./credentials/read-description.ts";
export {
  ServiceAccountTokenVolumeCredentials,
  type ServiceAccountTokenVolumeOptions,
} from "./credentials/service-account-token-volume.ts";
export { singleFlight } from "./credentials/single-flight.ts";
export type { DiagnoseOptions } from "./diagnosis/diagnose-options.ts";
export type { Diagnosis, Probe, ProbeName, Verdict } from "./diagnosis/diagnosis.ts";
export { ApiError } from "./errors/api-error.ts";
export { type ErrorCode, errorCatalogue } from "./errors/catalogue.ts";
export { ConnectionError } from "./errors/connection-error.ts";
export type { ErrorEntry, ErrorKind } from "./errors/error-entry.ts";
export { isKfpError, KfpError } from "./errors/kfp-error.ts";
export { LoginError, type LoginStep } from "./errors/login-error.ts";
export { TimeoutError } from "./errors/timeout-error.ts";
export { KFPClientManager, type KFPClientManagerOptions } from "./kfp-client-manager.ts";
export { type Filter, filter, type InstantCondition, type TagCondition, type TextCondition } from "./list/filter.ts";
export type { InstantKeyOf, KeyOf, ListName, TagKeyOf, TextKeyOf } from "./list/list-keys.ts";
export type { ExperimentListQuery, ListQuery, NamespacedListQuery, SortBy } from "./list/list-query.ts";
export type { Page } from "./list/page.ts";
export type { PageRequest } from "./list/page-request.ts";
export type { CachingOverride } from "./package/caching.ts";
export type { PipelinePackage } from "./package/pipeline-package.ts";
export { Client } from "./platform/node-client.ts";
export { connect } from "./platform/node-connect.ts";
export type { ConnectedClient } from "./platform/node-connected-client.ts";
export { diagnose } from "./platform/node-diagnose.ts";
export { readPackage } from "./platform/node-package.ts";
export type { ExperimentChoice } from "./resources/experiment-choice.ts";
export type { ByName, Experiments } from "./resources/experiments.ts";
export type { Healthz } from "./resources/healthz.ts";
export type { PipelineChoice } from "./resources/pipeline-choice.ts";
export type { PipelineVersions } from "./resources/pipeline-versions.ts";
export type { LabelChange, Pipelines } from "./resources/pipelines.ts";
export type {
  NewRecurringRunFromPackage,
  NewRecurringRunFromPipeline,
  PropagationPolicy,
  RecurringRunSettings,
  RecurringRuns,
} from "./resources/recurring-runs.ts";
export type { ArtifactOptions, ArtifactQuery, LogOptions, PageQuery } from "./resources/run-contents.ts";
export type { NewRunFromPackage, NewRunFromPipeline, RunSettings, WaitOptions } from "./resources/run-options.ts";
export type { VersionChoice } from "./resources/run-source.ts";
export type { Runs } from "./resources/runs.ts";
export type { Schedule } from "./resources/schedule.ts";
export type { NewUpload, NewVersionUpload, UploadSettings } from "./resources/upload-options.ts";
export type { Identity, ListAccess, WhoAmI, WhoAmIQuery } from "./resources/who-am-i.ts";
export type {
  PasswordRefusals,
  SessionKey,
  SessionStore,
  StoredCookie,
  StoredSession,
} from "./sessions/session-store.ts";
export { type Fetch, type FetchResponse, fetchTransport } from "./transport/fetch.ts";
export { type NodeHttpOptions, nodeHttpTransport } from "./transport/node-http.ts";
export type { Lookup, ResolvedAddress, TlsOptions } from "./transport/tls-options.ts";
export type { StreamedBody, TakePiece, Transport, TransportRequest, TransportResponse } from "./transport/transport.ts";
export type { UploadProgress } from "./upload/multipart.ts";
export type {
  BytesSource,
  PackageSource,
  PathSource,
  SpecSource,
  StreamSource,
  TextSource,
} from "./upload/upload-source.ts";
export { version } from "./version.ts";
