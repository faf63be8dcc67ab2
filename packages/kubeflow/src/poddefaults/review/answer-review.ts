import { type Log, silentLog } from "@kfp-ts/server/ports";
import type { PodDefaultSource } from "../pod-default-source.ts";
import { answerQuestion } from "./answer-question.ts";
import { readQuestion } from "./read-question.ts";
import { UnreadableReview } from "./unreadable-review.ts";

/** The body of a request, and what the webhook knows. */
export interface ReviewRequest {
  /** Its Content-Type, as it came. */
  readonly contentType: string | undefined;
  readonly body: string;
  readonly podDefaults: PodDefaultSource;
  /** @default says nothing */
  readonly log?: Log | undefined;
}

/** An answer of HTTP. */
export interface ReviewResult {
  readonly status: number;
  /** JSON: an AdmissionReview with 200, else a Status of Kubernetes, whose message the API server passes on. */
  readonly body: string;
}

/**
 * Answers the body of a review.
 *
 * While the PodDefaults are not known yet the answer is 503 and no decision: whether pods are then made without them or
 * not at all is for `failurePolicy` to say, which whoever registered the webhook has chosen.
 */
export function answerReview({ contentType, body, podDefaults, log = silentLog }: ReviewRequest): ReviewResult {
  const mediaType = (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType !== "application/json") {
    return refusal(
      415,
      `The Content-Type is ${JSON.stringify((contentType ?? "").slice(0, 100))}; application/json is expected.`,
    );
  }
  try {
    const question = readQuestion(body);
    const readiness = podDefaults.readiness();
    if (!readiness.ready) {
      log.warn({ namespace: question.namespace }, `a review is not answered: ${readiness.reason}`);
      return refusal(503, readiness.reason);
    }
    const context = { inNamespace: (namespace: string) => podDefaults.inNamespace(namespace), log };
    return { status: 200, body: JSON.stringify(answerQuestion(question, context)) };
  } catch (error) {
    if (error instanceof UnreadableReview) {
      log.warn({}, error.message);
      return refusal(400, error.message);
    }
    log.error({ err: error }, "a review could not be answered");
    return refusal(500, "The review could not be answered; the log of the PodDefault webhook says why.");
  }
}

/** An answer that is no decision. */
export function refusal(status: number, message: string): ReviewResult {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, code: status };
  return { status, body: JSON.stringify(body) };
}
