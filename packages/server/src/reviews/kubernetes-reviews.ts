import type { KubernetesError } from "@kfp-ts/kubernetes";
import { ReviewUnavailableError } from "../ports/review-unavailable.ts";

/** The two reviews that a cluster is asked for. */
export type ReviewResource = "tokenreviews" | "subjectaccessreviews";

/** In which group of the Kubernetes API each of them is. */
export const reviewGroups: Readonly<Record<ReviewResource, string>> = {
  tokenreviews: "authentication.k8s.io",
  subjectaccessreviews: "authorization.k8s.io",
};

/** How long to wait before asking again where the cluster does not say, in seconds, and what to do about the failure. */
interface Verdict {
  readonly seconds: number;
  readonly fact: string;
}

const SILENCE: Verdict = { seconds: 5, fact: "it does not answer." };

/** How long one review may take. */
export interface ReviewTime {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks a cluster for a review.
 *
 * @param timeoutMs - How long all of it may take, in milliseconds: also the credentials of this server, which a program
 *   may have to give that waits for a person.
 * @throws ReviewUnavailableError, whatever goes wrong.
 */
export async function reviewBy<T>(
  resource: ReviewResource,
  timeoutMs: number,
  ask: (time: ReviewTime) => Promise<T>,
): Promise<T> {
  try {
    return await ask({ timeoutMs, signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    throw kubernetesFailure(error, resource);
  }
}

/**
 * Makes of the failure of a review what it means to whoever waits for it: that it cannot be found out now. Whatever the
 * failure is, nobody is let in and nobody is refused for it.
 */
function kubernetesFailure(cause: unknown, resource: ReviewResource): ReviewUnavailableError {
  const error = isKubernetesError(cause) ? cause : undefined;
  const { seconds, fact } = isTimeout(cause) ? SILENCE : verdictOf(error, resource);
  const retryAfterSeconds = Math.min(Math.max(1, Math.ceil(error?.retryAfterSeconds ?? seconds)), 3600);
  return new ReviewUnavailableError(`The Kubernetes API cannot be asked for ${resource} now: ${fact}`, {
    retryAfterSeconds,
    cause,
  });
}

function verdictOf(error: KubernetesError | undefined, resource: ReviewResource): Verdict {
  if (error === undefined || (error.status >= 200 && error.status < 400)) {
    return { seconds: 5, fact: "its answer cannot be read." };
  }
  switch (error.status) {
    case 0:
      // In the words of our own client, which knows whether it is the network, a certificate or a missing token.
      return { ...SILENCE, fact: `it does not answer: ${error.message}` };
    case 401:
      return { seconds: 30, fact: "it does not accept the credentials of this server." };
    case 403:
      return {
        seconds: 30,
        fact:
          "this server may not create them. Its account needs a ClusterRole with the rule " +
          `{apiGroups: ["${reviewGroups[resource]}"], resources: ["${resource}"], verbs: ["create"]}, bound to it.`,
      };
    case 429:
      return { seconds: 1, fact: "it has too much to do (429)." };
    default:
      return { seconds: 5, fact: `it answers ${error.status}.` };
  }
}

/** By its name: the class may have been bundled twice. */
function isKubernetesError(cause: unknown): cause is KubernetesError {
  return cause instanceof Error && cause.name === "KubernetesError" && typeof Reflect.get(cause, "status") === "number";
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "TimeoutError";
}
