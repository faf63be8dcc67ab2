import type { IncomingMessage, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import type { Log } from "@kfp-ts/server/ports";
import type { PodDefaultSource } from "../pod-default-source.ts";
import { answerReview, type ReviewResult, refusal } from "../review/answer-review.ts";
import { readBody } from "./read-body.ts";

/** Where reviews are sent, as Kubeflow's webhook has it. */
export const REVIEW_PATH = "/apply-poddefault";

/** A pod can have 1.5 MiB in etcd; a review has it once, and twice where it is an update. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** What the listener answers with. */
export interface WebhookListenerOptions {
  readonly podDefaults: PodDefaultSource;
  readonly log: Log;
  /** Whether reviews are only answered to clients whose certificate is good. Health is anybody's. */
  readonly clientCertificate: boolean;
}

/** The listener of the webhook: reviews, and whether it is well and ready. */
export function webhookListener(options: WebhookListenerOptions): (i: IncomingMessage, o: ServerResponse) => void {
  return (incoming, outgoing) => {
    answer(incoming, options)
      .then((result) => send(outgoing, result, incoming.complete))
      .catch((error: unknown) => {
        options.log.debug({ err: error }, "a request broke off");
        outgoing.destroy();
      });
  };
}

async function answer(incoming: IncomingMessage, options: WebhookListenerOptions): Promise<ReviewResult> {
  const { method = "GET", url = "/", headers, socket } = incoming;
  const path = url.split("?", 1)[0];
  if (path === "/healthz" || path === "/readyz") {
    if (method !== "GET" && method !== "HEAD") return refusal(405, `${path} is read with GET.`);
    return path === "/healthz" ? wellness : readinessOf(options.podDefaults);
  }
  if (path !== REVIEW_PATH) return refusal(404, `Nothing is here; reviews are sent to ${REVIEW_PATH}.`);
  if (method !== "POST") return refusal(405, `Reviews are sent to ${REVIEW_PATH} with POST.`);
  if (options.clientCertificate && !(socket instanceof TLSSocket && socket.authorized)) {
    return refusal(403, "A client certificate is required here, by an authority that this webhook was given.");
  }
  const body = await readBody(incoming, BODY_LIMIT);
  if (body === undefined) return refusal(413, `The body is longer than ${BODY_LIMIT} bytes.`);
  return answerReview({
    contentType: headers["content-type"],
    body,
    podDefaults: options.podDefaults,
    log: options.log,
  });
}

const wellness: ReviewResult = { status: 200, body: JSON.stringify({ status: "ok" }) };

function readinessOf(podDefaults: PodDefaultSource): ReviewResult {
  const readiness = podDefaults.readiness();
  return readiness.ready ? wellness : refusal(503, readiness.reason);
}

/** An answer to a request that has not been read to its end ends the connection. */
function send(outgoing: ServerResponse, { status, body }: ReviewResult, complete: boolean): void {
  outgoing.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 405 ? { allow: "POST" } : {}),
    ...(complete ? {} : { connection: "close" }),
  });
  outgoing.end(body);
}
