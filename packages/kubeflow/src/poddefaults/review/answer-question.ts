import type { Log } from "@kfp-ts/server/ports";
import { applyPodDefaults, type PodVerdict } from "../apply-pod-defaults.ts";
import { isJsonObject, type JsonObject, textOf } from "../json.ts";
import type { PodDefault } from "../pod-default.ts";
import type { AdmissionAnswer, AdmissionQuestion, AdmissionResponse } from "./admission-review.ts";

/** What a review is answered with. */
export interface ReviewContext {
  /** The PodDefaults of a namespace. */
  inNamespace(namespace: string): readonly PodDefault[];
  readonly log: Log;
}

/**
 * Decides on a request.
 *
 * Operation, subresource and kind of the request do not count, as in Kubeflow; the resource does: about anything but
 * pods nothing is said, which the API server treats as a failure of the webhook. An object that is no pod is let pass
 * as it is.
 */
export function answerQuestion(question: AdmissionQuestion, context: ReviewContext): AdmissionAnswer {
  const { apiVersion, uid, resource, object } = question;
  const { log } = context;
  if (resource.group !== "" || resource.version !== "v1" || resource.resource !== "pods") {
    log.warn(
      { ...resource, operation: question.operation },
      "asked about something else than pods; no answer is given",
    );
    return { apiVersion, kind: "AdmissionReview" };
  }
  const answer = (response: Omit<AdmissionResponse, "uid">): AdmissionAnswer => ({
    apiVersion,
    kind: "AdmissionReview",
    response: { uid, ...response },
  });
  if (object === null || object === undefined) return answer({ allowed: true });
  if (!isJsonObject(object)) {
    return answer({ allowed: false, status: { message: "the pod cannot be read: an object is expected" } });
  }
  const stranger = strangerOf(object);
  if (stranger === "known kind") return answer({ allowed: true });
  if (stranger !== undefined) return answer({ allowed: false, status: { message: stranger } });
  const namespace = namespaceOf(object) || question.namespace;
  const verdict = applyPodDefaults({ pod: object, namespace, podDefaults: context.inNamespace(namespace) });
  tell(log, object, namespace, verdict);
  const warnings = verdict.warnings.length > 0 ? { warnings: verdict.warnings } : {};
  if (!verdict.admitted) return answer({ allowed: false, status: { message: verdict.message }, ...warnings });
  if (verdict.patch.length === 0) return answer({ allowed: true, ...warnings });
  const patch = Buffer.from(JSON.stringify(verdict.patch)).toString("base64");
  return answer({ allowed: true, patchType: "JSONPatch", patch, ...warnings });
}

/**
 * Kinds that are no pods and that Kubeflow's webhook knows, by their version. A request about pods has none of them, and
 * if it has, they are none of our business.
 */
const OTHER_KINDS: Readonly<Record<string, string>> = {
  v1:
    "Binding ComponentStatus ConfigMap Endpoints Event LimitRange List Namespace Node PersistentVolume " +
    "PersistentVolumeClaim PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount Status",
  "admissionregistration.k8s.io/v1": "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
  "kubeflow.org/v1alpha1": "PodDefault",
};

function isOtherKind(version: string, kind: string): boolean {
  const kinds = Object.hasOwn(OTHER_KINDS, version) ? OTHER_KINDS[version]?.split(" ") : undefined;
  return kinds !== undefined && (kinds.includes(kind) || [...kinds, "Pod"].some((one) => kind === `${one}List`));
}

/** What an object is that says to be something else than a pod. Without apiVersion or kind, an object is taken for one. */
function strangerOf({ apiVersion, kind }: JsonObject): string | undefined {
  const version = apiVersion || "v1";
  const name = kind || "Pod";
  if (version === "v1" && name === "Pod") return undefined;
  if (typeof version === "string" && typeof name === "string" && isOtherKind(version, name)) return "known kind";
  const shown = [name, version].map((value) => (JSON.stringify(value) ?? "").slice(0, 100));
  return `the object is no pod: its kind is ${shown[0]} of ${shown[1]}, where "Pod" of "v1" is expected`;
}

function namespaceOf({ metadata }: JsonObject): string {
  return isJsonObject(metadata) ? textOf(metadata, "namespace") : "";
}

/** Names only: an environment variable may be a password. */
function tell(log: Log, pod: JsonObject, namespace: string, verdict: PodVerdict): void {
  const metadata = isJsonObject(pod.metadata) ? pod.metadata : {};
  const generated = textOf(metadata, "generateName");
  const fields = { namespace, pod: textOf(metadata, "name") || (generated === "" ? "" : `${generated}*`) };
  for (const warning of verdict.warnings) log.warn(fields, warning);
  if (!verdict.admitted) log.warn({ ...fields, conflict: headOf(verdict.message) }, "a pod was denied");
  else if (verdict.applied.length > 0) {
    log.info({ ...fields, podDefaults: verdict.applied, operations: verdict.patch.length }, "PodDefaults were applied");
  } else log.debug(fields, "no PodDefault applies");
}

/** The first line of a denial says what conflicts; the values come below. */
function headOf(message: string): string {
  return (message.split("\n", 1)[0] ?? "").slice(0, 500);
}
