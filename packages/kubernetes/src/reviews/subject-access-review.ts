import type { Kubernetes } from "../kubernetes.ts";
import type { ReviewOptions } from "./review-options.ts";
import { reviewStatus } from "./review-status.ts";

/** What somebody wants to do to a resource. Empty or missing means: to any, or none of them. */
export interface ResourceAttributes {
  readonly namespace?: string | undefined;
  readonly verb?: string | undefined;
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly resource?: string | undefined;
  readonly subresource?: string | undefined;
  readonly name?: string | undefined;
}

/** What somebody wants to do to a path that is no resource, such as `/healthz`. */
export interface NonResourceAttributes {
  readonly path?: string | undefined;
  readonly verb?: string | undefined;
}

/** Who wants to do what; exactly one of the two kinds of attributes. */
export type SubjectAccessReviewSpec = {
  readonly user?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly uid?: string | undefined;
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
} & (
  | { readonly resourceAttributes: ResourceAttributes; readonly nonResourceAttributes?: undefined }
  | { readonly nonResourceAttributes: NonResourceAttributes; readonly resourceAttributes?: undefined }
);

/** What the cluster says of it. */
export interface SubjectAccessReviewStatus {
  readonly allowed: boolean;
  /** Forbidden on purpose; false with `allowed: false` means that nobody has said a word for it. */
  readonly denied: boolean;
  /** Why, in the cluster's words; often empty. */
  readonly reason: string;
  /** What went wrong while it was found out; the answer counts all the same. Empty where nothing did. */
  readonly evaluationError: string;
}

/**
 * Asks the cluster whether somebody may do something. A no is no error.
 *
 * @throws KubernetesError
 */
export async function createSubjectAccessReview(
  kubernetes: Kubernetes,
  spec: SubjectAccessReviewSpec,
  { signal, timeoutMs }: ReviewOptions = {},
): Promise<SubjectAccessReviewStatus> {
  const answer = await kubernetes.call<unknown>({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/subjectaccessreviews",
    body: { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec },
    signal,
    timeoutMs,
  });
  const status = reviewStatus<SubjectAccessReviewStatus>("SubjectAccessReview", answer);
  return {
    allowed: status.allowed === true,
    denied: status.denied === true,
    reason: status.reason ?? "",
    evaluationError: status.evaluationError ?? "",
  };
}
