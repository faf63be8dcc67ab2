/** The answer to a review of a token, as the status of a Kubernetes TokenReview has it. */
export interface TokenReview {
  readonly authenticated: boolean;
  /** As Kubernetes writes it: `system:serviceaccount:team-a:default-editor`; empty where the token is not authenticated. */
  readonly user: string;
  /** Those of the audiences asked for that the token is good for. */
  readonly audiences: readonly string[];
  /** Why it is not authenticated, as the authority words it; empty where it gives no reason. */
  readonly error: string;
}

/**
 * Reviews a token for audiences: a Kubernetes API server does, and so does an issuer of one's own.
 *
 * @throws ReviewUnavailableError where it cannot be found out now.
 */
export type ReviewToken = (token: string, audiences: readonly string[]) => Promise<TokenReview>;
