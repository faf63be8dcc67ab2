export { type HeaderTrust, secretHeader } from "./authentication/header-trust.ts";
export { type IdentityHeaderOptions, identityHeader } from "./authentication/identity-header.ts";
export { kubernetesTokenReview } from "./authentication/kubernetes-token-review.ts";
export { SecretFile, SecretFileError } from "./authentication/secret-file.ts";
export { type TokenReviewOptions, tokenReviewAuthenticator } from "./authentication/token-review.ts";
export { type CachedAuthorizerOptions, cachedAuthorizer } from "./authorization/cached-authorizer.ts";
export {
  type SubjectAccessReviewOptions,
  subjectAccessReviewAuthorizer,
} from "./authorization/subject-access-review.ts";
export { GuardOptionError, type GuardOptions } from "./http/guard.ts";
export { createRequestGuard } from "./http/request-guard.ts";
export type { RunsOptions } from "./launcher/runs-options.ts";
export type { TlsOptions } from "./listen/http-server.ts";
export type { Authentication, Authenticator, Claims, Identity } from "./ports/authenticator.ts";
export type { Authorizer, Decision, ResourceAttributes } from "./ports/authorizer.ts";
export { type Clock, systemClock } from "./ports/clock.ts";
export type { Log, LogFields } from "./ports/log.ts";
export type { GuardedBy, RequestGuard, Verdict } from "./ports/request-guard.ts";
export type { LogOptions, RunContent, RunLauncher } from "./ports/run-launcher.ts";
export type { RunRecord } from "./ports/store.ts";
export type { ReviewToken, TokenReview } from "./ports/token-review.ts";
export type { ReviewResource } from "./reviews/kubernetes-reviews.ts";
export { type MissingReviewRights, missingReviewRights } from "./reviews/review-rights.ts";
export { startServer } from "./server.ts";
export type { RunningServer, ServerLimits, ServerOptions } from "./server-options.ts";
export type { MultiUserOptions } from "./services/multi-user.ts";
export { StartError, type StartErrorCode } from "./start-error.ts";
export type { StoreDatabase } from "./store/open.ts";
export { type StoreOpenCode, StoreOpenError } from "./store/open-error.ts";
export type { UrlSourceOptions } from "./url-source/fetch-package.ts";
