/** What somebody wants to do, in the terms of a Kubernetes SubjectAccessReview. */
export interface ResourceAttributes {
  /** Empty for what is cluster-wide. */
  readonly namespace: string;
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty for lists, and where upstream asks without a name. */
  readonly name: string;
}

/** The answer to a review of access. */
export interface Decision {
  readonly allowed: boolean;
  /** As the authority words it; empty where it gives none. */
  readonly reason: string;
}

/** Tells what somebody may do. */
export interface Authorizer {
  /** @throws ReviewUnavailableError where it cannot be found out now: that is never an answer. */
  review(user: string, attributes: ResourceAttributes): Promise<Decision>;
}
