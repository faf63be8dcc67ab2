import type { JsonObject, PodDefault, PodDefaultSource, PodDefaultSpec } from "@kfp-ts/kubeflow";
import type { Log } from "@kfp-ts/server/ports";

/** A PodDefault for every pod of the namespace `here`. */
export function podDefault(name: string, spec: PodDefaultSpec): PodDefault {
  return {
    apiVersion: "kubeflow.org/v1alpha1",
    kind: "PodDefault",
    metadata: { name, namespace: "here", resourceVersion: "7" },
    spec: { selector: {}, ...spec },
  };
}

/** A pod of one container. */
export function podWith(spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", ...metadata },
    spec: { containers: [{ name: "main", image: "image" }], ...spec },
  };
}

/** The body of a review of a pod. */
export function reviewBody(object: unknown, request: JsonObject = {}): string {
  const resource = { group: "", version: "v1", resource: "pods" };
  return JSON.stringify({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: { uid: "u", namespace: "here", operation: "CREATE", resource, object, ...request },
  });
}

/** A source that is not ready. */
export function unreadySource(reason: string): PodDefaultSource {
  return { inNamespace: () => [], readiness: () => ({ ready: false, reason }), close: () => undefined };
}

/** A log that keeps what is said, as one text for each. */
export function keptLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const say = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  return { lines, debug: say, info: say, warn: say, error: say };
}
