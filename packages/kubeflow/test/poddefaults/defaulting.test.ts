import { describe, expect, test } from "vitest";
import { imagePullPolicyOf } from "../../src/poddefaults/defaulting/image-pull-policy.ts";
import { sameEntry } from "../../src/poddefaults/defaulting/same-entry.ts";
import type { JsonObject } from "../../src/poddefaults/json.ts";

const pod = { hostNetwork: false };

/** What a PodDefault says, and the same as a pod arrives with it. */
const same: ReadonlyArray<readonly [string, string, JsonObject, JsonObject]> = [
  ["the mode of projected files", "Volume", { projected: {} }, { projected: { defaultMode: 420 } }],
  ["the mode of a config map's files", "Volume", { configMap: {} }, { configMap: { defaultMode: 420 } }],
  ["the mode of a secret's files", "Volume", { secret: {} }, { secret: { defaultMode: 420 } }],
  ["the mode of downward files", "Volume", { downwardAPI: {} }, { downwardAPI: { defaultMode: 420 } }],
  [
    "how long a token lives",
    "Volume",
    { projected: { sources: [{ serviceAccountToken: { path: "t" } }] } },
    { projected: { sources: [{ serviceAccountToken: { path: "t", expirationSeconds: 3600 } }], defaultMode: 420 } },
  ],
  ["a volume without a source", "Volume", { name: "v" }, { name: "v", emptyDir: {} }],
  ["the type of a host path", "Volume", { hostPath: { path: "/" } }, { hostPath: { path: "/", type: "" } }],
  [
    "an ephemeral claim",
    "Volume",
    { ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: "1024Mi" } } } } } },
    {
      ephemeral: {
        volumeClaimTemplate: {
          metadata: { creationTimestamp: null },
          spec: { resources: { requests: { storage: "1Gi" } }, volumeMode: "Filesystem" },
        },
      },
    },
  ],
  [
    "the version of a field reference",
    "EnvVar",
    { valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { valueFrom: { fieldRef: { fieldPath: "metadata.name", apiVersion: "v1" } } },
  ],
  [
    "the divisor of a resource",
    "EnvVar",
    { valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
    { valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "0" } } },
  ],
  ["an empty value", "EnvVar", { name: "X" }, { name: "X", value: "" }],
  ["a mount that is writable", "VolumeMount", { name: "v" }, { name: "v", readOnly: false, subPath: "" }],
  [
    "what every container has",
    "Container",
    { name: "c", image: "i" },
    {
      name: "c",
      image: "i",
      imagePullPolicy: "Always",
      resources: {},
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      env: [],
    },
  ],
  [
    "the protocol of a port",
    "Container",
    { ports: [{ containerPort: 1 }] },
    { ports: [{ containerPort: 1, protocol: "TCP" }] },
  ],
  [
    "requests from limits",
    "Container",
    { resources: { limits: { cpu: "0.5", memory: "1Gi" }, requests: { memory: "1Mi" } } },
    { resources: { limits: { cpu: "500m", memory: "1Gi" }, requests: { cpu: "500m", memory: "1024Ki" } } },
  ],
  [
    "how a probe goes",
    "Container",
    { livenessProbe: { httpGet: { port: 80 } }, readinessProbe: { grpc: { port: 1 } } },
    {
      livenessProbe: {
        httpGet: { port: 80, path: "/", scheme: "HTTP" },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      readinessProbe: {
        grpc: { port: 1, service: "" },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
    },
  ],
  [
    "the seconds of a toleration that every pod gets",
    "Toleration",
    { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
    { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
  ],
  ["the order of fields", "EnvVar", { name: "X", value: "1" }, { value: "1", name: "X" }],
];

describe("entries are equal with the defaults of Kubernetes filled in", () => {
  test.each(same)("%s", (_, type, wanted, found) => {
    expect(sameEntry(wanted, found, type, pod)).toBe(true);
    expect(sameEntry(found, wanted, type, pod)).toBe(true);
  });
});

const different: ReadonlyArray<readonly [string, string, JsonObject, JsonObject]> = [
  ["another mode", "Volume", { projected: {} }, { projected: { defaultMode: 256 } }],
  [
    "optional set to false, which is stored as it is",
    "EnvFromSource",
    { configMapRef: {} },
    { configMapRef: { optional: false } },
  ],
  [
    "running as root, and as nobody in particular",
    "Container",
    { securityContext: {} },
    { securityContext: { runAsUser: 0 } },
  ],
  ["a security context, and none", "Container", {}, { securityContext: {} }],
  ["other seconds", "Toleration", { key: "t", tolerationSeconds: 5 }, { key: "t" }],
  [
    "an operator that is written out, which is stored as it is",
    "Toleration",
    { key: "t" },
    { key: "t", operator: "Equal" },
  ],
  ["another number of entries", "Container", { args: ["a"] }, { args: ["a", "b"] }],
  ["another order of entries", "Container", { args: ["a", "b"] }, { args: ["b", "a"] }],
  ["a field that nobody knows", "Container", {}, { fromTheFuture: false }],
  ["a writable mount and a read-only one", "VolumeMount", { name: "v" }, { name: "v", readOnly: true }],
  ["a volume in memory and one on disk", "Volume", { emptyDir: {} }, { emptyDir: { medium: "Memory" } }],
];

describe("entries that Kubernetes keeps apart are not equal", () => {
  test.each(different)("%s", (_, type, wanted, found) => {
    expect(sameEntry(wanted, found, type, pod)).toBe(false);
  });
});

test("on the host's network a port is one of the host", () => {
  const [wanted, found] = [{ ports: [{ containerPort: 80 }] }, { ports: [{ containerPort: 80, hostPort: 80 }] }];
  expect(sameEntry(wanted, found, "Container", { hostNetwork: true })).toBe(true);
  expect(sameEntry(wanted, found, "Container", { hostNetwork: false })).toBe(false);
});

test.each([
  ["a", "Always"],
  ["a:latest", "Always"],
  ["r:5000/a", "Always"],
  ["r:5000/a:1", "IfNotPresent"],
  ["a@sha256:0", "IfNotPresent"],
  ["a:latest@sha256:0", "Always"],
  ["", "IfNotPresent"],
])("the image %s is pulled %s", (image, policy) => {
  expect(imagePullPolicyOf(image)).toBe(policy);
});
