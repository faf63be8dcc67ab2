import type { Kubernetes } from "@kfp-ts/kubernetes";
import type { ReviewToken } from "../ports/token-review.ts";
import { reviewBy } from "../reviews/kubernetes-reviews.ts";

/**
 * Has a Kubernetes API server review tokens.
 *
 * @param timeoutMs - How long it may take, in milliseconds. 5 seconds by default.
 */
export function kubernetesTokenReview(kubernetes: Kubernetes, { timeoutMs = 5000 } = {}): ReviewToken {
  return (token, audiences) =>
    reviewBy("tokenreviews", timeoutMs, async (time) => {
      // Only a server that asks a cluster needs it.
      const { createTokenReview } = await import("@kfp-ts/kubernetes");
      const { user, ...review } = await createTokenReview(kubernetes, { token, audiences }, time);
      return { ...review, user: user?.username ?? "" };
    });
}
