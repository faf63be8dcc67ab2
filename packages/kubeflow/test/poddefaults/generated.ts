import type { JsonObject, PodDefault } from "@kfp-ts/kubeflow";
import type { Seeded } from "./seeded.ts";

const NAMES = ["a", "b", "c", "istio-proxy"];

const maybe = (seeded: Seeded, fields: Record<string, () => unknown>, probability = 0.4): JsonObject =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(() => seeded.chance(probability))
      .map(([name, make]) => [name, make()]),
  ) as JsonObject;

const env = (seeded: Seeded): unknown => ({
  name: seeded.pick(["X", "Y", "Z"]),
  ...seeded.pick([{ value: "1" }, { value: "1" }, {}, { valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }]),
});
const volume = (seeded: Seeded): unknown => ({
  name: seeded.pick(["v", "w", "u"]),
  ...seeded.pick([{ emptyDir: {} }, {}, { configMap: { name: "m", defaultMode: 420 } }, { configMap: { name: "m" } }]),
});
const mount = (seeded: Seeded): unknown => {
  const name = seeded.pick(["v", "w", "u"]);
  return {
    name,
    mountPath: seeded.pick([`/${name}`, `/${name}`, "/other"]),
    ...maybe(seeded, { readOnly: () => false }),
  };
};
const container = (seeded: Seeded): JsonObject => ({
  name: seeded.pick(NAMES),
  image: "image",
  ...maybe(seeded, {
    env: () => seeded.some(2, () => env(seeded)),
    envFrom: () => seeded.some(2, () => ({ configMapRef: { name: seeded.pick(["c", "d"]) } })),
    volumeMounts: () => seeded.some(2, () => mount(seeded)),
    command: () => seeded.pick([["x"], [], null]),
    args: () => seeded.pick([["x"], [], null]),
    resources: () => ({ limits: { cpu: seeded.pick(["0.5", "500m", 1]) } }),
    fromTheFuture: () => ({ a: [1, null] }),
    imagePullPolicy: () => "Always",
  }),
});
const toleration = (seeded: Seeded): unknown => ({
  key: seeded.pick(["t", "node.kubernetes.io/not-ready"]),
  operator: "Exists",
  ...maybe(seeded, { effect: () => "NoExecute", tolerationSeconds: () => 300 }),
});

/** Keys that no selector looks at, some of them hard to put into a JSON pointer. */
const map = (seeded: Seeded): unknown =>
  Object.fromEntries(
    seeded.some(2, () => [seeded.pick(["l/m", "a~b", "k", "__proto__"]), seeded.pick(["1", "1", "2"])]),
  );

/** A pod, with what PodDefaults may meet in it. */
export function generatedPod(seeded: Seeded): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...seeded.pick([{ name: "p" }, { generateName: "p-" }]),
      labels: { use: seeded.pick(["yes", "yes", "no"]), ...(map(seeded) as JsonObject) },
      ...maybe(seeded, { annotations: () => map(seeded) }),
    },
    ...maybe(
      seeded,
      {
        spec: () => ({
          ...maybe(
            seeded,
            {
              containers: () =>
                NAMES.slice(0, 1 + Math.floor(seeded.next() * 4)).map((name) => ({ ...container(seeded), name })),
              initContainers: () => seeded.pick([[], null, [{ name: "i", image: "image" }]]),
              volumes: () => seeded.some(2, () => volume(seeded)),
              tolerations: () => seeded.some(2, () => toleration(seeded)),
              imagePullSecrets: () => seeded.some(2, () => ({ name: seeded.pick(["r", "s"]) })),
              serviceAccountName: () => "default",
              automountServiceAccountToken: () => true,
              hostNetwork: () => seeded.chance(0.5),
              fromTheFuture: () => ({ b: 1 }),
            },
            0.7,
          ),
        }),
      },
      0.95,
    ),
  };
}

/** A PodDefault of the namespace `here`, that applies to most pods. */
export function generatedPodDefault(seeded: Seeded, name: string): PodDefault {
  return {
    apiVersion: "kubeflow.org/v1alpha1",
    kind: "PodDefault",
    metadata: { name, namespace: "here", resourceVersion: String(Math.floor(seeded.next() * 1000)) },
    spec: {
      selector: seeded.pick([
        { matchLabels: { use: "yes" } },
        {},
        { matchExpressions: [{ key: "use", operator: "Exists" }] },
      ]),
      ...maybe(
        seeded,
        {
          env: () => seeded.some(2, () => env(seeded)),
          envFrom: () => seeded.some(2, () => ({ configMapRef: { name: seeded.pick(["c", "d"]) } })),
          volumes: () => seeded.some(2, () => volume(seeded)),
          volumeMounts: () => seeded.some(2, () => mount(seeded)),
          tolerations: () => seeded.some(1, () => toleration(seeded)),
          imagePullSecrets: () => seeded.some(2, () => ({ name: seeded.pick(["r", "s"]) })),
          initContainers: () => seeded.some(1, () => ({ name: seeded.pick(["i", "j"]), image: "image" })),
          sidecars: () => seeded.some(1, () => ({ ...container(seeded), name: seeded.pick(["side", "c"]) })),
          labels: () => map(seeded),
          annotations: () => map(seeded),
          command: () => seeded.pick([["run"], []]),
          args: () => seeded.pick([["-v"], []]),
          serviceAccountName: () => seeded.pick(["", "editor"]),
          automountServiceAccountToken: () => seeded.chance(0.5),
        },
        0.25,
      ),
    },
  } as PodDefault;
}
