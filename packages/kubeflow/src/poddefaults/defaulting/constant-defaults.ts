import type { JsonObject } from "../json.ts";

/** 0644, the mode of the files of a volume. */
const FILE_MODE = 420;

/**
 * What the API server writes into a pod where a field is not set, by type, as far as it is the same for every pod. A pod
 * arrives at the webhook with these, a PodDefault without.
 */
export const constantDefaults: Readonly<Record<string, JsonObject>> = {
  AzureDiskVolumeSource: { cachingMode: "ReadWrite", fsType: "ext4", kind: "Shared", readOnly: false },
  ConfigMapVolumeSource: { defaultMode: FILE_MODE },
  Container: { terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" },
  ContainerPort: { protocol: "TCP" },
  DownwardAPIVolumeSource: { defaultMode: FILE_MODE },
  FileKeySelector: { optional: false },
  GRPCAction: { service: "" },
  HTTPGetAction: { path: "/", scheme: "HTTP" },
  HostPathVolumeSource: { type: "" },
  ISCSIVolumeSource: { iscsiInterface: "default" },
  ObjectFieldSelector: { apiVersion: "v1" },
  PersistentVolumeClaimSpec: { volumeMode: "Filesystem" },
  Probe: { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 },
  ProjectedVolumeSource: { defaultMode: FILE_MODE },
  RBDVolumeSource: { keyring: "/etc/ceph/keyring", pool: "rbd", user: "admin" },
  ScaleIOVolumeSource: { fsType: "xfs", storageMode: "ThinProvisioned" },
  SecretVolumeSource: { defaultMode: FILE_MODE },
  ServiceAccountTokenProjection: { expirationSeconds: 3600 },
};
