import type { Kubernetes } from "@kfp-ts/kubernetes";
import type { ReviewToken } from "../ports/token-review.ts";
import { kubernetesFailure } from "../reviews/kubernetes-failure.ts";

/**
 * Has a Kubernetes API server review tokens.
 *
 * @param timeoutMs - How long it may take, in milliseconds. 5 seconds by default.
 */
export function kubernetesTokenReview(kubernetes: Kubernetes, { timeoutMs = 5000 } = {}): ReviewToken {
  return async (token, audiences) => {
    try {
      // Only a server that asks a cluster needs it.
      const { createTokenReview } = await import("@kfp-ts/kubernetes");
      const { user, ...review } = await createTokenReview(kubernetes, { token, audiences }, { timeoutMs });
      return { ...review, user: user?.username ?? "" };
    } catch (error) {
      throw kubernetesFailure(error, "tokenreviews");
    }
  };
}
