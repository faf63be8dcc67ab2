import type { PodTraits } from "../defaulting/dependent-defaults.ts";
import { type JsonObject, objectsOf, textOf } from "../json.ts";
import type { PodDefault } from "../pod-default.ts";
import { byName, type Merged, mergeEntries } from "./merge-entries.ts";
import { TOKEN_MOUNT_PATH } from "./token-mount.ts";

/** Volumes of a pod: by name. */
export function mergeVolumes(spec: JsonObject, podDefaults: readonly PodDefault[], pod: PodTraits): Merged {
  return mergeEntries({
    podDefaults,
    field: "volumes",
    existing: objectsOf(spec.volumes),
    type: "Volume",
    kind: "volumes",
    keys: [byName],
    place: "the pod",
    pod,
  });
}

/** Mounts of a container: one for each volume, and one for each path, which are compared as text. */
export function mergeVolumeMounts(
  container: JsonObject,
  place: string,
  podDefaults: readonly PodDefault[],
  pod: PodTraits,
): Merged {
  return mergeEntries({
    podDefaults,
    field: "volumeMounts",
    existing: objectsOf(container.volumeMounts),
    type: "VolumeMount",
    kind: "volume mounts",
    keys: [byName, { keyOf: (mount) => textOf(mount, "mountPath"), name: (path) => `mount path ${path}` }],
    place,
    pod,
    adviceFor: (found, holder) =>
      holder.kind === "pod" && found.mountPath === TOKEN_MOUNT_PATH
        ? `mount it at another path than ${TOKEN_MOUNT_PATH}, where Kubernetes mounts the pod's API token; or set ` +
          "automountServiceAccountToken: false in the pod itself, where the PodDefault's own comes too late."
        : undefined,
  });
}
