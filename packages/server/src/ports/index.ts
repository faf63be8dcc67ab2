export type { Arrival, Authentication, Authenticator, Claims, Identity } from "./authenticator.ts";
export type { Authorizer, Decision, ResourceAttributes } from "./authorizer.ts";
export type { Clock } from "./clock.ts";
export { type Log, type LogFields, silentLog } from "./log.ts";
export type { GuardedBy, RequestGuard, Verdict } from "./request-guard.ts";
export { ReviewUnavailableError } from "./review-unavailable.ts";
export type { ReviewToken, TokenReview } from "./token-review.ts";
