import { isJsonObject, type JsonObject, textOf } from "./json.ts";
import type { PatchOperation } from "./json-patch.ts";
import { EXCLUDE_ANNOTATION, MIRROR_ANNOTATION } from "./marker.ts";
import { describeConflicts } from "./merging/conflict.ts";
import { mergeIntoPod } from "./merging/merge-into-pod.ts";
import type { PodDefault } from "./pod-default.ts";
import { mistakeIn } from "./schema/check.ts";
import { type Selected, selectPodDefaults } from "./selecting/select-pod-defaults.ts";

/** A pod that is about to be made. */
export interface PodArrival {
  /** As it arrives. It is not changed. */
  readonly pod: JsonObject;
  /** The namespace of the request; the pod's own counts where it has one. */
  readonly namespace?: string | undefined;
  /** Of any namespaces, in any order. */
  readonly podDefaults: readonly PodDefault[];
}

/** What becomes of a pod. */
export type PodVerdict =
  | {
      readonly admitted: true;
      /** What makes of the pod what it is to be; empty where nothing is to change. */
      readonly patch: readonly PatchOperation[];
      /** The names of the PodDefaults that apply, in the order in which they do. */
      readonly applied: readonly string[];
      /** Sentences for whoever makes the pod. */
      readonly warnings: readonly string[];
    }
  | { readonly admitted: false; readonly message: string; readonly warnings: readonly string[] };

/**
 * Applies the PodDefaults of a pod's namespace that select it, as Kubeflow's webhook does: in the order of their names,
 * each adding to what is there, nothing overwritten in silence but the service account. What contradicts itself, the
 * pod or another PodDefault denies the pod. docs/poddefaults.md says where this is better on purpose.
 */
export function applyPodDefaults({ pod, namespace, podDefaults }: PodArrival): PodVerdict {
  const mistake = mistakeIn(pod, "Pod", "", { required: false });
  if (mistake !== undefined) return { admitted: false, message: `the pod cannot be read: ${mistake}`, warnings: [] };
  const metadata = isJsonObject(pod.metadata) ? pod.metadata : {};
  if (isLeftAlone(metadata)) return { admitted: true, patch: [], applied: [], warnings: [] };
  const home = textOf(metadata, "namespace") || namespace;
  const { matching, suspects, warnings } = selectPodDefaults(
    podDefaults.filter((one) => home !== undefined && home !== "" && one.metadata.namespace === home),
    new Map(Object.entries(metadata.labels ?? {}).map(([key, value]) => [key, String(value ?? "")])),
  );
  if (suspects.length > 0) return { admitted: false, message: brokenSelectors(suspects), warnings };
  const { operations, conflicts } = mergeIntoPod(pod, matching);
  const applied = matching.map(({ metadata: { name } }) => name);
  if (conflicts.length === 0) return { admitted: true, patch: operations, applied, warnings };
  const message = `conflict occurred while applying poddefaults: ${applied.join(",")} on pod: ${textOf(metadata, "name")} err: ${describeConflicts(conflicts)}`;
  return { admitted: false, message, warnings };
}

/** Pods that ask for it, and those that nobody can change. Decided by what the pod arrives with. */
function isLeftAlone({ annotations }: JsonObject): boolean {
  if (!isJsonObject(annotations)) return false;
  return annotations[EXCLUDE_ANNOTATION] === "true" || Object.hasOwn(annotations, MIRROR_ANNOTATION);
}

function brokenSelectors(suspects: Selected["suspects"]): string {
  const broken = suspects.map(({ name, mistakes }) => `PodDefault ${name}: ${mistakes.join("; ")}`);
  return (
    `label selector conversion failed: ${broken.join(", ")}\n` +
    "What to change: correct spec.selector there. Until then the pods that it may be meant for are denied, since nobody " +
    'can say whether they need it; the annotation poddefault.admission.kubeflow.org/exclude: "true" lets one pass ' +
    "without any PodDefault."
  );
}
