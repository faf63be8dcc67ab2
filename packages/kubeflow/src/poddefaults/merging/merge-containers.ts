import type { PodTraits } from "../defaulting/dependent-defaults.ts";
import { sameEntry } from "../defaulting/same-entry.ts";
import { type JsonObject, objectsOf, textOf } from "../json.ts";
import type { PodDefault } from "../pod-default.ts";
import { byName, type Merged, mergeEntries } from "./merge-entries.ts";
import { withoutTokenMount } from "./token-mount.ts";

/** Which containers: the init containers, or the sidecars, which are compared with the pod's regular containers. */
export type ContainerField = "initContainers" | "sidecars";

/** Containers that PodDefaults bring: by name. */
export function mergeContainers(
  spec: JsonObject,
  field: ContainerField,
  podDefaults: readonly PodDefault[],
  pod: PodTraits,
): Merged {
  return mergeEntries({
    podDefaults,
    field,
    existing: objectsOf(field === "sidecars" ? spec.containers : spec.initContainers),
    type: "Container",
    kind: "containers",
    keys: [byName],
    place: "the pod",
    pod,
    same: (wanted, found) => sameContainer(wanted, found, pod),
  });
}

/**
 * Whether a container of the pod is a sidecar of one of the PodDefaults. Like one that is only now added, it gets
 * nothing else from them; otherwise a pod that is looked at twice would have changed in between.
 */
export function isSidecarOf(container: JsonObject, podDefaults: readonly PodDefault[], pod: PodTraits): boolean {
  const name = textOf(container, "name");
  return podDefaults.some(({ spec }) =>
    objectsOf(spec?.sidecars ?? null).some(
      (sidecar) => textOf(sidecar, "name") === name && sameContainer(sidecar, container, pod),
    ),
  );
}

function sameContainer(wanted: JsonObject, found: JsonObject, pod: PodTraits): boolean {
  return sameEntry(wanted, withoutTokenMount(found, wanted), "Container", pod);
}
