import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { JsonObject, PodDefault } from "@kfp-ts/kubeflow";

/** Where the recorded answers of Kubeflow's webhook lie, when they are there: beside the repository. */
const recordings = new URL("../../../../../shared/poddefaults/", import.meta.url);

/** Whether the recordings are on this machine. */
export const recordingsPresent: boolean = existsSync(recordings);

/** A question that was put to Kubeflow's webhook, and its answer. */
export interface RecordedCase {
  readonly name: string;
  readonly description: string;
  readonly namespace?: string;
  readonly podDefaults?: readonly PodDefault[];
  readonly pod?: JsonObject | null;
  readonly request?: JsonObject;
  readonly reviewVersion?: string;
  readonly rawRequest?: {
    readonly method: string;
    readonly path: string;
    readonly contentType: string | null;
    readonly body: string | null;
  };
  readonly upstreamBug?: string;
  readonly response: {
    readonly allowed: boolean | null;
    readonly message?: string;
    readonly messageContains?: readonly string[];
    readonly resultingPod?: JsonObject | null;
    readonly uid?: string;
  };
}

/** All recorded cases, by name. */
export function recordedCases(): readonly RecordedCase[] {
  if (!recordingsPresent) return [];
  return readdirSync(recordings)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, recordings), "utf8")) as RecordedCase);
}

/** The review that the case was asked with. */
export function reviewOf({ pod, namespace, request = {}, reviewVersion }: RecordedCase): JsonObject {
  const { requestNamespace, ...overrides } = request;
  const metadata = (pod?.metadata ?? {}) as JsonObject;
  const review: Record<string, unknown> = {
    uid: "00000000-0000-0000-0000-000000000001",
    kind: { group: "", version: "v1", kind: "Pod" },
    resource: { group: "", version: "v1", resource: "pods" },
    ...(metadata.name === undefined ? {} : { name: metadata.name }),
    namespace,
    operation: "CREATE",
    userInfo: { username: "user@example.com" },
    object: pod ?? null,
    oldObject: null,
    dryRun: false,
    options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1" },
    ...overrides,
  };
  if (requestNamespace === null || review.namespace === null) delete review.namespace;
  return {
    kind: "AdmissionReview",
    apiVersion: reviewVersion ?? "admission.k8s.io/v1",
    request: review as JsonObject,
  };
}
