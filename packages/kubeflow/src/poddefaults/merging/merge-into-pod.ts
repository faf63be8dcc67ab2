import type { PodTraits } from "../defaulting/dependent-defaults.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { appendAll, type PatchOperation, setAll, setField } from "../json-patch.ts";
import { markerAnnotation } from "../marker.ts";
import type { PodDefault } from "../pod-default.ts";
import type { Conflict } from "./conflict.ts";
import { patchContainer } from "./container-patch.ts";
import { isSidecarOf, mergeContainers } from "./merge-containers.ts";
import { mergeMaps } from "./merge-maps.ts";
import { mergeImagePullSecrets, mergeTolerations } from "./merge-scheduling.ts";
import { mergeVolumes } from "./merge-volumes.ts";

/** What becomes of a pod: a patch, which is only good where there are no conflicts. */
export interface PodPatch {
  readonly operations: readonly PatchOperation[];
  readonly conflicts: readonly Conflict[];
}

/**
 * Merges PodDefaults into a pod. What the pod has stays and comes first; the patch only adds, but for the name of the
 * service account, whether its token is mounted, and the markers, where the PodDefaults win.
 *
 * @param podDefaults - Those that select the pod, in the order in which they count.
 */
export function mergeIntoPod(pod: JsonObject, podDefaults: readonly PodDefault[]): PodPatch {
  const metadata = isJsonObject(pod.metadata) ? pod.metadata : {};
  const spec = isJsonObject(pod.spec) ? pod.spec : {};
  const traits: PodTraits = { hostNetwork: spec.hostNetwork === true };
  const volumes = mergeVolumes(spec, podDefaults, traits);
  const tolerations = mergeTolerations(spec, podDefaults, traits);
  const pullSecrets = mergeImagePullSecrets(spec, podDefaults, traits);
  const containers = (Array.isArray(spec.containers) ? spec.containers : []).map((container: Json, index) =>
    isJsonObject(container) && !isSidecarOf(container, podDefaults, traits)
      ? patchContainer(container, `/spec/containers/${index}`, podDefaults, traits)
      : { operations: [], conflicts: [] },
  );
  const markers = new Map(
    podDefaults.map(({ metadata: { name, resourceVersion } }) => [markerAnnotation(name), resourceVersion ?? ""]),
  );
  const annotations = mergeMaps(metadata.annotations, "annotations", podDefaults);
  const labels = mergeMaps(metadata.labels, "labels", podDefaults);
  const initContainers = mergeContainers(spec, "initContainers", podDefaults, traits);
  const sidecars = mergeContainers(spec, "sidecars", podDefaults, traits);
  const inMetadata = [
    ...setAll(metadata.labels, "/metadata/labels", labels.added),
    ...setAll(metadata.annotations, "/metadata/annotations", new Map([...annotations.added, ...markers])),
  ];
  const inSpec = [
    ...appendAll(spec.volumes, "/spec/volumes", volumes.added),
    ...appendAll(spec.tolerations, "/spec/tolerations", tolerations.added),
    ...appendAll(spec.imagePullSecrets, "/spec/imagePullSecrets", pullSecrets.added),
    ...containers.flatMap(({ operations }) => operations),
    ...appendAll(spec.initContainers, "/spec/initContainers", initContainers.added),
    ...appendAll(spec.containers, "/spec/containers", sidecars.added),
    ...serviceAccount(spec, podDefaults),
  ];
  return {
    operations: [...within(pod, "metadata", inMetadata), ...within(pod, "spec", inSpec)],
    conflicts: [
      volumes.conflicts,
      tolerations.conflicts,
      ...containers.map(({ conflicts }) => conflicts),
      annotations.conflicts,
      labels.conflicts,
      initContainers.conflicts,
      sidecars.conflicts,
    ].flat(),
  };
}

/** The last PodDefault that says something wins, over the pod too; an empty name says nothing. */
function serviceAccount(spec: JsonObject, podDefaults: readonly PodDefault[]): readonly PatchOperation[] {
  const names = podDefaults.flatMap(({ spec: wanted }) => wanted?.serviceAccountName || []);
  const mounts = podDefaults.flatMap(({ spec: wanted }) => wanted?.automountServiceAccountToken ?? []);
  const name = names.at(-1);
  const mount = mounts.at(-1);
  return [
    ...(name === undefined ? [] : setField(spec, "/spec", "serviceAccountName", name)),
    ...(mount === undefined ? [] : setField(spec, "/spec", "automountServiceAccountToken", mount)),
  ];
}

/** Operations below a field of the pod, which is made first where the pod does not have it. */
function within(
  pod: JsonObject,
  field: "metadata" | "spec",
  operations: readonly PatchOperation[],
): readonly PatchOperation[] {
  if (operations.length === 0 || isJsonObject(pod[field])) return operations;
  return [{ op: "add", path: `/${field}`, value: {} }, ...operations];
}
