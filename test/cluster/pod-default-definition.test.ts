import { existsSync, readFileSync } from "node:fs";
import { type JsonObject, watchedPodDefaults } from "@kfp-ts/kubeflow";
import {
  applyObject,
  deleteObject,
  type Kubernetes,
  type KubernetesError,
  type KubernetesObject,
  openKubernetes,
} from "@kfp-ts/kubernetes";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { normalForm } from "../../packages/kubeflow/src/poddefaults/defaulting/normal-form.ts";
import { establishedCrd, ownCrd } from "../../packages/kubeflow/src/poddefaults/install/crd.ts";
import { kubeconfig } from "./support/cluster.ts";
import { podOfEverything } from "./support/pod-of-everything.ts";

const namespace = `p-definition-${process.pid}`;
const fieldManager = "kfp-ts";
const recorded = new URL("../../../shared/poddefaults/e2e/e2e.json", import.meta.url);

interface RecordedRefusal {
  readonly spec: object;
  readonly error: string;
}

let kubernetes: Kubernetes;

beforeAll(async () => {
  kubernetes = await openKubernetes({ kubeconfig: kubeconfig(), env: process.env });
  await applyObject(
    kubernetes,
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { fieldManager },
  );
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } };
  await applyObject(kubernetes, account, { fieldManager });
  await applyObject(kubernetes, ownCrd(), { fieldManager });
  await establishedCrd(kubernetes);
});

afterAll(async () => {
  await deleteObject(kubernetes, { apiVersion: "v1", kind: "Namespace", name: namespace });
  kubernetes.close();
});

function create(name: string, spec: object, query: Record<string, string> = {}): Promise<KubernetesObject> {
  return kubernetes.call<KubernetesObject>({
    method: "POST",
    path: `/apis/kubeflow.org/v1alpha1/namespaces/${namespace}/poddefaults`,
    query,
    body: { apiVersion: "kubeflow.org/v1alpha1", kind: "PodDefault", metadata: { name }, spec },
  });
}

describe("the definition of PodDefault on a real API server", () => {
  const refusals = existsSync(recorded)
    ? (JSON.parse(readFileSync(recorded, "utf8")) as { crdValidation: RecordedRefusal[] }).crdValidation
    : [];

  test.skipIf(refusals.length === 0).each(refusals.map((one) => [one.error, one.spec] as const))(
    "refuses as Kubeflow's: %s",
    async (error, spec) => {
      const refusal = await create("v", spec, { dryRun: "All", fieldValidation: "Strict" }).then(
        () => undefined,
        (reason: KubernetesError) => reason.message,
      );
      expect(refusal).toContain(/(?:is invalid: |strict decoding error: )([\s\S]*)$/.exec(error)?.[1]);
    },
  );

  test("takes every field of a pod, and keeps it as it is", async () => {
    const { containers, volumes, tolerations } = podOfEverything;
    const [main] = containers;
    const mounts = main.volumeMounts.slice(0, 2);
    const { preStop: _, ...lifecycle } = main.lifecycle;
    const sidecar = {
      ...main,
      lifecycle,
      // As a text: a custom resource takes no fractions.
      resources: { limits: { cpu: "0.5" }, requests: { cpu: 1 } },
      ports: [{ containerPort: 80, protocol: "TCP" }],
      volumeMounts: mounts,
    };
    const spec = {
      selector: { matchLabels: { a: "b" }, matchExpressions: [{ key: "c", operator: "Exists" }] },
      desc: "everything",
      labels: { a: "b" },
      annotations: { c: "d" },
      command: ["x"],
      args: [],
      serviceAccountName: "s",
      automountServiceAccountToken: false,
      env: main.env,
      envFrom: main.envFrom,
      imagePullSecrets: [{ name: "r" }],
      initContainers: [sidecar],
      sidecars: [sidecar],
      tolerations,
      volumeMounts: mounts,
      volumes: volumes.map((volume) =>
        "ephemeral" in volume
          ? { ...volume, ephemeral: { volumeClaimTemplate: { ...volume.ephemeral.volumeClaimTemplate, metadata: {} } } }
          : volume,
      ),
    };
    const stored = await create("everything", spec, { fieldValidation: "Strict" });
    expect(stored.spec).toEqual(spec);
  });

  test("takes away what a PodDefault cannot say", async () => {
    const unknown = { selector: {}, initContainers: [{ name: "i", restartPolicy: "Always" }], fromTheFuture: 1 };
    const stored = await create("pruned", unknown);
    expect(stored.spec).toEqual({ selector: {}, initContainers: [{ name: "i" }] });
  });
});

test("the PodDefaults of a cluster are followed", async () => {
  const source = watchedPodDefaults({ kubernetes });
  onTestFinished(() => source.close());
  await expect.poll(() => source.readiness(), { timeout: 30_000 }).toEqual({ ready: true });
  const names = (): string[] => source.inNamespace(namespace).map(({ metadata }) => metadata.name);
  await create("followed", { selector: {} });
  await expect.poll(names, { timeout: 30_000 }).toContain("followed");
  const reference = { apiVersion: "kubeflow.org/v1alpha1", kind: "PodDefault", name: "followed", namespace };
  await deleteObject(kubernetes, reference);
  await expect.poll(names, { timeout: 30_000 }).not.toContain("followed");
});

describe("what a real API server makes of an entry of a pod is equal to the entry", () => {
  const types = { tolerations: "Toleration", initContainers: "Container", containers: "Container", volumes: "Volume" };
  const entries = Object.entries(types).flatMap(([field, type]) =>
    podOfEverything[field as keyof typeof types].map((entry) => {
      const name = "name" in entry ? entry.name : entry.key;
      return [`${field} ${name}`, field, type, entry as unknown as JsonObject] as const;
    }),
  );
  let stored: Readonly<Record<string, readonly JsonObject[]>>;

  beforeAll(async () => {
    const pod = await kubernetes.call<KubernetesObject>({
      method: "POST",
      path: `/api/v1/namespaces/${namespace}/pods`,
      query: { dryRun: "All" },
      body: {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "everything" },
        spec: { automountServiceAccountToken: false, ...podOfEverything },
      },
    });
    stored = pod.spec as typeof stored;
  });

  test.each(entries)("%s", (_, field, type, entry) => {
    const found = stored[field]?.find(({ name, key }) =>
      entry.name === undefined ? key === entry.key : name === entry.name,
    );
    const traits = { hostNetwork: false };
    expect(normalForm(found ?? {}, type, traits)).toEqual(normalForm(entry, type, traits));
  });
});
