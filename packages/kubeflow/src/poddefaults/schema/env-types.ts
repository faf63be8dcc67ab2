import type { TypeTable } from "./type-table.ts";

/** What an entry of env and envFrom holds. */
export const envTypes = {
  EnvVar: { name: "string!", value: "string", valueFrom: "EnvVarSource" },
  EnvVarSource: {
    configMapKeyRef: "ConfigMapKeySelector",
    fieldRef: "ObjectFieldSelector",
    fileKeyRef: "FileKeySelector+",
    resourceFieldRef: "ResourceFieldSelector",
    secretKeyRef: "SecretKeySelector",
  },
  ConfigMapKeySelector: { key: "string!", name: "string", optional: "boolean?" },
  ObjectFieldSelector: { apiVersion: "string", fieldPath: "string!" },
  FileKeySelector: { key: "string!", optional: "boolean?", path: "string!", volumeName: "string!" },
  ResourceFieldSelector: { containerName: "string", divisor: "quantity", resource: "string!" },
  SecretKeySelector: { key: "string!", name: "string", optional: "boolean?" },
  EnvFromSource: { configMapRef: "ConfigMapEnvSource", prefix: "string", secretRef: "SecretEnvSource" },
  ConfigMapEnvSource: { name: "string", optional: "boolean?" },
  SecretEnvSource: { name: "string", optional: "boolean?" },
} as const satisfies TypeTable;
