import type { Kubernetes } from "../kubernetes.ts";
import type { ReviewOptions } from "./review-options.ts";
import { reviewStatus } from "./review-status.ts";

/** Whose token it is, asked of the cluster. */
export interface TokenReviewSpec {
  readonly token: string;
  /** Of whom the token must be for at least one; empty: for the Kubernetes API itself. */
  readonly audiences?: readonly string[] | undefined;
}

/** Whom a token belongs to. */
export interface ReviewedUser {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** What the cluster says of a token. */
export interface TokenReviewStatus {
  readonly authenticated: boolean;
  readonly user: ReviewedUser | undefined;
  /** Those of the audiences asked for that the token is for; empty where the cluster does not know audiences. */
  readonly audiences: readonly string[];
  /** Why the token could not be checked, in the cluster's words; empty where it could. */
  readonly error: string;
}

/**
 * Asks the cluster whose token that is. A token that is nobody's is no error: it is `authenticated: false`.
 *
 * @throws KubernetesError
 */
export async function createTokenReview(
  kubernetes: Kubernetes,
  { token, audiences }: TokenReviewSpec,
  { signal, timeoutMs }: ReviewOptions = {},
): Promise<TokenReviewStatus> {
  const answer = await kubernetes.call<unknown>({
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/tokenreviews",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token, audiences } },
    signal,
    timeoutMs,
  });
  const status = reviewStatus<WireStatus>("TokenReview", answer);
  const authenticated = status.authenticated === true;
  return {
    authenticated,
    user: authenticated && status.user ? readUser(status.user) : undefined,
    audiences: status.audiences ?? [],
    error: status.error ?? "",
  };
}

interface WireStatus {
  readonly authenticated?: boolean;
  readonly user?: WireUser;
  readonly audiences?: readonly string[];
  readonly error?: string;
}

interface WireUser {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

function readUser({ username = "", uid = "", groups = [], extra = {} }: WireUser): ReviewedUser {
  return { username, uid, groups, extra };
}
