import { containerTypes } from "./container-types.ts";
import { envTypes } from "./env-types.ts";
import { schedulingTypes } from "./scheduling-types.ts";
import { type Fields, readTypes, type TypeTable } from "./type-table.ts";
import { volumeTypes } from "./volume-types.ts";

/** A Pod: the parts that PodDefaults reach into, and the simple fields beside them. */
const podTypes = {
  Pod: { metadata: "PodMetadata", spec: "PodSpec" },
  PodMetadata: {
    name: "string",
    generateName: "string",
    namespace: "string",
    labels: "string{}",
    annotations: "string{}",
  },
  PodSpec: {
    containers: "Container[]",
    initContainers: "Container[]",
    volumes: "Volume[]",
    tolerations: "Toleration[]",
    imagePullSecrets: "LocalObjectReference[]",
    serviceAccountName: "string",
    automountServiceAccountToken: "boolean?",
    hostNetwork: "boolean",
    activeDeadlineSeconds: "int64?",
    dnsPolicy: "string",
    enableServiceLinks: "boolean?",
    ephemeralContainers: "Container[]",
    hostIPC: "boolean",
    hostPID: "boolean",
    hostname: "string",
    nodeName: "string",
    nodeSelector: "string{}",
    overhead: "quantity{}",
    preemptionPolicy: "string?",
    priority: "int32?",
    priorityClassName: "string",
    restartPolicy: "string",
    runtimeClassName: "string?",
    schedulerName: "string",
    serviceAccount: "string",
    setHostnameAsFQDN: "boolean?",
    shareProcessNamespace: "boolean?",
    subdomain: "string",
    terminationGracePeriodSeconds: "int64?",
  },
  /** Of a PodDefault, in the order of Kubeflow's schema. */
  PodDefaultSpec: {
    annotations: "string{}",
    args: "string[]",
    automountServiceAccountToken: "boolean?",
    command: "string[]",
    desc: "string",
    env: "EnvVar[]",
    envFrom: "EnvFromSource[]",
    imagePullSecrets: "LocalObjectReference[]",
    initContainers: "Container[]",
    labels: "string{}",
    selector: "LabelSelector!",
    serviceAccountName: "string",
    sidecars: "Container[]",
    tolerations: "Toleration[]",
    volumeMounts: "VolumeMount[]",
    volumes: "Volume[]",
  },
} as const satisfies TypeTable;

const types = readTypes({ ...podTypes, ...envTypes, ...volumeTypes, ...containerTypes, ...schedulingTypes });

/** The fields of a type; undefined for `string` and the like, and for a type that no table has. */
export function fieldsOf(type: string): Fields | undefined {
  return types.get(type);
}
