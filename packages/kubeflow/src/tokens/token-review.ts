/** The answer to a review of a token: the `status` of Kubernetes' TokenReview. */
export interface TokenReviewStatus {
  /** Left out where the token is not accepted, as Kubernetes leaves it out. */
  readonly authenticated?: true;
  readonly user: {
    readonly username?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  /** Those of the audiences asked for that the token is for. */
  readonly audiences?: readonly string[];
  /** Why it is not accepted, as Kubernetes words it. */
  readonly error?: string;
}

/** A token is refused; the message is Kubernetes' own. Without one it is not even from this issuer. */
export class TokenRefusal extends Error {
  override readonly name = "TokenRefusal";
}

/** The answer for a token that is refused. */
export function refused({ message }: TokenRefusal): TokenReviewStatus {
  return { user: {}, error: message === "" ? "invalid bearer token" : `[invalid bearer token, ${message}]` };
}
