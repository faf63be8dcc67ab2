import type { PodTraits } from "../defaulting/dependent-defaults.ts";
import { type JsonObject, objectsOf, textOf } from "../json.ts";
import type { PodDefault } from "../pod-default.ts";
import { byName, type Merged, mergeEntries } from "./merge-entries.ts";

/** Tolerations of a pod: by key alone, whatever the effect; no key is a key too. */
export function mergeTolerations(spec: JsonObject, podDefaults: readonly PodDefault[], pod: PodTraits): Merged {
  return mergeEntries({
    podDefaults,
    field: "tolerations",
    existing: objectsOf(spec.tolerations),
    type: "Toleration",
    kind: "tolerations",
    keys: [{ keyOf: (toleration) => textOf(toleration, "key"), name: (key) => key }],
    place: "the pod",
    pod,
    adviceFor: ({ key }, holder) =>
      holder.kind === "pod" && (key === "node.kubernetes.io/not-ready" || key === "node.kubernetes.io/unreachable")
        ? "write the tolerations of node.kubernetes.io/not-ready and unreachable into the pod itself and not into the " +
          "PodDefault; to every pod that does not have its own, Kubernetes gives 300 seconds of them."
        : undefined,
  });
}

/** Secrets to pull images with: by name, which is all that there is of one. */
export function mergeImagePullSecrets(spec: JsonObject, podDefaults: readonly PodDefault[], pod: PodTraits): Merged {
  return mergeEntries({
    podDefaults,
    field: "imagePullSecrets",
    existing: objectsOf(spec.imagePullSecrets),
    type: "LocalObjectReference",
    kind: "imagePullSecrets",
    keys: [byName],
    place: "the pod",
    pod,
    same: () => true,
  });
}
