import { applyPodDefaults, type JsonObject, type PodDefaultSpec } from "@kfp-ts/kubeflow";
import { describe, expect, test } from "vitest";
import { applyPatch } from "./apply-patch.ts";
import { podDefault, podWith } from "./pod-defaults.ts";

function specWith(spec: PodDefaultSpec): JsonObject {
  const pod = podWith();
  const verdict = applyPodDefaults({ pod, namespace: "here", podDefaults: [podDefault("a", spec)] });
  if (!verdict.admitted) throw new Error(verdict.message);
  return (applyPatch(pod, verdict.patch) as JsonObject).spec as JsonObject;
}

describe("what a PodDefault brings arrives as Kubernetes writes it", () => {
  test.each<[string, PodDefaultSpec, JsonObject]>([
    [
      "volumes",
      {
        volumes: [
          { name: "a", persistentVolumeClaim: { claimName: "c", readOnly: false } },
          { name: "b", secret: { secretName: "s", optional: false, defaultMode: 0, items: [] } },
          { name: "c", emptyDir: { medium: "", sizeLimit: "0" } },
          { name: "d", hostPath: { path: "", type: "" } },
        ],
      },
      {
        volumes: [
          { name: "a", persistentVolumeClaim: { claimName: "c" } },
          { name: "b", secret: { secretName: "s", optional: false, defaultMode: 0 } },
          { name: "c", emptyDir: { sizeLimit: "0" } },
          { name: "d", hostPath: { path: "", type: "" } },
        ],
      },
    ],
    [
      "tolerations",
      { tolerations: [{ key: "", operator: "Exists", value: "", effect: null, tolerationSeconds: 0 }] },
      { tolerations: [{ operator: "Exists", tolerationSeconds: 0 }] },
    ],
    [
      "init containers",
      {
        initContainers: [
          {
            name: "i",
            image: "",
            tty: false,
            command: [],
            resources: {},
            securityContext: {},
            ports: [{ containerPort: 0, hostPort: 0 }],
            livenessProbe: { periodSeconds: 0, httpGet: { port: 80, path: "" } },
            fromTheFuture: false,
          },
        ],
      },
      {
        initContainers: [
          {
            name: "i",
            securityContext: {},
            ports: [{ containerPort: 0 }],
            livenessProbe: { httpGet: { port: 80 } },
            fromTheFuture: false,
          },
        ],
      },
    ],
  ])("%s: what says nothing is left out, but for required fields and zeros that say something", (_, spec, expected) => {
    expect(specWith(spec)).toEqual({ containers: [{ name: "main", image: "image" }], ...expected });
  });

  test("env, its sources and mounts too; the divisor of a resource is always written", () => {
    const { containers } = specWith({
      env: [
        { name: "X", value: "" },
        { name: "Y", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
        { name: "Z", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1m" } } },
      ],
      envFrom: [{ prefix: "", configMapRef: { name: "c", optional: false } }],
      volumeMounts: [{ name: "v", mountPath: "/v", readOnly: false, subPath: "" }],
    });
    expect(containers).toEqual([
      {
        name: "main",
        image: "image",
        env: [
          { name: "X" },
          { name: "Y", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "0" } } },
          { name: "Z", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1m" } } },
        ],
        envFrom: [{ configMapRef: { name: "c", optional: false } }],
        volumeMounts: [{ name: "v", mountPath: "/v" }],
      },
    ]);
  });
});
