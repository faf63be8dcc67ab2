import { type JsonObject, objectsOf, textOf } from "../json.ts";

/** Where Kubernetes mounts a pod's token for its API. */
export const TOKEN_MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * A container of a pod without the mount of the API token that Kubernetes gave it, as the PodDefault has it that it came
 * from; unchanged where that mounts something at this path itself.
 */
export function withoutTokenMount(container: JsonObject, wanted: JsonObject): JsonObject {
  if (objectsOf(wanted.volumeMounts).some((mount) => mount.mountPath === TOKEN_MOUNT_PATH)) return container;
  const mounts = objectsOf(container.volumeMounts);
  const kept = mounts.filter(
    (mount) => mount.mountPath !== TOKEN_MOUNT_PATH || !textOf(mount, "name").startsWith("kube-api-access-"),
  );
  return kept.length === mounts.length ? container : { ...container, volumeMounts: kept };
}
