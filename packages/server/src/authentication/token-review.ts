import { hash } from "node:crypto";
import type { Authentication, Authenticator } from "../ports/authenticator.ts";
import { type Clock, systemClock } from "../ports/clock.ts";
import type { ReviewToken, TokenReview } from "../ports/token-review.ts";
import { AnswerCache, type AnswerCacheOptions } from "../reviews/answer-cache.ts";
import { readClaims } from "./token-claims.ts";
import { diagnoseToken, plain } from "./token-diagnosis.ts";

/** How bearer tokens are read. */
export interface TokenReviewOptions {
  /** Whoever can tell: a Kubernetes cluster, or an issuer of one's own. */
  readonly review: ReviewToken;
  /** The audience that a token must be for; KFP's `TOKEN_REVIEW_AUDIENCE`. @default "pipelines.kubeflow.org" */
  readonly audience?: string | undefined;
  /** How long a good token is not asked about again; never beyond its own end. */
  readonly cache?: Omit<AnswerCacheOptions, "clock"> | undefined;
  readonly clock?: Clock | undefined;
}

/** Larger than any token of Kubernetes. Nobody is asked about more. */
const MAX_TOKEN_LENGTH = 16 * 1024;

const PREFIX = "Bearer ";

/**
 * Believes a bearer token that a review finds good for the audience of this server. The scheme is `Bearer ` and nothing
 * else, as upstream has it, and so are the texts of refusals; behind them stands which of the possible things is wrong.
 * The token itself stands nowhere: kept are good answers, by a digest of the token.
 */
export function tokenReviewAuthenticator(options: TokenReviewOptions): Authenticator {
  const { review, audience = "pipelines.kubeflow.org", cache, clock = systemClock } = options;
  const audiences = [audience];
  const answers = new AnswerCache<Authentication>({ ...cache, clock });

  const judge = async (token: string): Promise<Authentication> => {
    if (!/^[\x21-\x7e]+$/.test(token)) return NO_TOKEN;
    const found = await review(token, audiences);
    const flaw = flawOf(found, audiences);
    if (flaw === undefined) return { outcome: "known", identity: { user: found.user } };
    const error = plain(found.error.replaceAll(token, "[token]").slice(0, 500));
    return refused(`${flaw(error)} ${diagnoseToken({ token, audiences, error, now: clock.now() })}`);
  };

  return {
    async authenticate(claims) {
      const sent = claims.header("authorization");
      const [first] = sent;
      if (first === undefined) return ABSENT;
      if (sent.length > 1) {
        return refused(
          `Request header error: unexpected number of 'Authorization' headers. Expect 1 got ${sent.length}`,
        );
      }
      const value = first.trim();
      if (!value.startsWith(PREFIX)) return NOT_BEARER;
      const token = value.slice(PREFIX.length);
      if (token.length > MAX_TOKEN_LENGTH) {
        return refused(
          `Authentication failure: the token is longer than ${MAX_TOKEN_LENGTH} characters, which none is.`,
        );
      }
      return answers.get(hash("sha256", token, "base64"), async () => {
        const value = await judge(token);
        return { value, keepUntil: value.outcome === "known" ? (readClaims(token)?.expiresAt ?? Infinity) : 0 };
      });
    },
  };
}

const ABSENT: Authentication = { outcome: "absent", reason: "Request header error: there is no user identity header." };

const NO_TOKEN = refused(
  "Authentication failure: what stands behind 'Bearer ' has spaces or other characters that no token has.",
);

const NOT_BEARER = refused("Header 'Authorization' is incorrectly formatted. Expected prefix 'Bearer '");

/** What upstream says of a review that is not good enough, with the error that came with it. */
function flawOf(review: TokenReview, needed: readonly string[]): ((error: string) => string) | undefined {
  const { authenticated, user, audiences } = review;
  if (!authenticated) {
    return (error) =>
      "Authentication failure: Unauthenticated: Review.Status.Authenticated is false. " +
      `Error ${error}: Failed to authenticate token review.`;
  }
  if (!needed.every((audience) => audiences.includes(audience))) {
    return () =>
      "Authentication failure: Unauthenticated: Failed to find all of " +
      `'[${needed.join(" ")}]' in audience: [${plain(audiences.join(" "))}].`;
  }
  return user === "" ? () => "Authentication failure: the review names no user." : undefined;
}

function refused(reason: string): Authentication {
  return { outcome: "refused", reason };
}
