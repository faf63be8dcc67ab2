import { isJsonObject, type JsonObject, textOf } from "../json.ts";
import type { AdmissionQuestion } from "./admission-review.ts";
import { UnreadableReview } from "./unreadable-review.ts";

const VERSIONS: ReadonlySet<string> = new Set(["admission.k8s.io/v1", "admission.k8s.io/v1beta1"]);

/**
 * Reads the body of a review.
 *
 * @throws UnreadableReview where it is none, with what is wrong.
 */
export function readQuestion(body: string): AdmissionQuestion {
  const review = parse(body);
  if (!isJsonObject(review)) throw new UnreadableReview("The body is no AdmissionReview: it is JSON, but no object.");
  const apiVersion = review.apiVersion || "admission.k8s.io/v1";
  const kind = review.kind || "AdmissionReview";
  if (kind !== "AdmissionReview" || typeof apiVersion !== "string" || !VERSIONS.has(apiVersion)) {
    throw new UnreadableReview(
      `The body is no AdmissionReview of admission.k8s.io/v1 or v1beta1: apiVersion ${shown(apiVersion)}, kind ${shown(kind)}.`,
    );
  }
  const { request } = review;
  if (!isJsonObject(request))
    throw new UnreadableReview("The AdmissionReview has no request, so there is nothing to review.");
  if (typeof (request.uid ?? "") !== "string") {
    throw new UnreadableReview("The uid of the request is no text, so that its answer cannot repeat it.");
  }
  const resource: JsonObject = isJsonObject(request.resource) ? request.resource : {};
  return {
    apiVersion,
    uid: textOf(request, "uid"),
    namespace: textOf(request, "namespace"),
    operation: textOf(request, "operation"),
    resource: {
      group: textOf(resource, "group"),
      version: textOf(resource, "version"),
      resource: textOf(resource, "resource"),
    },
    object: request.object,
  };
}

function parse(body: string): unknown {
  if (body === "") throw new UnreadableReview("The body is empty; an AdmissionReview is expected.");
  try {
    return JSON.parse(body);
  } catch {
    throw new UnreadableReview("The body is no JSON; an AdmissionReview is expected.");
  }
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "undefined").slice(0, 100);
}
