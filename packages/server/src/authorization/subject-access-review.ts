import type { Kubernetes } from "@kfp-ts/kubernetes";
import type { Authorizer } from "../ports/authorizer.ts";
import { reviewBy } from "../reviews/kubernetes-reviews.ts";

/** Who is asked, and how long it may take. */
export interface SubjectAccessReviewOptions {
  readonly kubernetes: Kubernetes;
  /** In milliseconds. @default 5000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Has a Kubernetes API server review access, for the name of a user without groups, as upstream does. Where it does not
 * answer, or anything but yes or no, nobody is let in and nobody is refused; the next question is asked anew.
 */
export function subjectAccessReviewAuthorizer({
  kubernetes,
  timeoutMs = 5000,
}: SubjectAccessReviewOptions): Authorizer {
  return {
    review: (user, resourceAttributes) =>
      reviewBy("subjectaccessreviews", timeoutMs, async (time) => {
        // Only a server that asks a cluster needs it.
        const { createSubjectAccessReview } = await import("@kfp-ts/kubernetes");
        const found = await createSubjectAccessReview(kubernetes, { user, resourceAttributes }, time);
        // A denial is binding, whatever stands beside it.
        return { allowed: found.allowed && !found.denied, reason: found.reason || found.evaluationError };
      }),
  };
}
