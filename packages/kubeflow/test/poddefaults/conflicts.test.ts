import { applyPodDefaults, type JsonObject, type PodDefaultSpec } from "@kfp-ts/kubeflow";
import { describe, expect, test } from "vitest";
import { podDefault, podWith } from "./pod-defaults.ts";

/** What conflicts, in order, and whether it is put as several. */
function conflictsOf(spec: PodDefaultSpec, pod: JsonObject): { readonly several: boolean; readonly on: string[] } {
  const verdict = applyPodDefaults({ pod, namespace: "here", podDefaults: [podDefault("a", spec)] });
  const message = verdict.admitted ? "admitted" : verdict.message;
  const on = [...message.matchAll(/merging ([a-z ]+) for a has a conflict on (.*): $/gm)];
  return { several: message.includes("err: [merging"), on: on.map(([, kind, key]) => `${kind} ${key}`) };
}

const containers = (...fields: readonly JsonObject[]): JsonObject =>
  podWith({ containers: fields.map((one, index) => ({ name: `c${index}`, ...one })) });
const fieldRef = { valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };

describe("conflicts that read the same in Kubeflow's words are told once", () => {
  const once = { several: false, on: ["env X"] };

  test.each<[string, PodDefaultSpec, JsonObject]>([
    [
      "whatever the order of the fields",
      { env: [{ name: "X", value: "1" }] },
      containers({ env: [{ name: "X", value: "2" }] }, { env: [{ value: "2", name: "X" }] }),
    ],
    [
      "whether what says nothing is written or not",
      { env: [{ name: "X", value: "1" }] },
      containers({ env: [{ name: "X", value: "" }] }, { env: [{ name: "X" }] }, { env: [{ name: "X", value: null }] }),
    ],
    [
      "where the PodDefault refers to something, since it is the same entry for all containers",
      { env: [{ name: "X", ...fieldRef }] },
      containers({ env: [{ name: "X", value: "2" }] }, { env: [{ name: "X", value: "2" }] }),
    ],
    [
      "where the PodDefault contradicts itself",
      {
        env: [
          { name: "X", value: "1" },
          { name: "X", value: "2" },
          { name: "X", value: "2" },
        ],
      },
      containers({}, {}),
    ],
  ])("%s", (_, spec, pod) => {
    expect(conflictsOf(spec, pod)).toEqual(once);
  });
});

describe("conflicts of entries with references are told each, as Kubeflow's show addresses", () => {
  test.each<[string, PodDefaultSpec, JsonObject, string[]]>([
    [
      "two containers of the pod that refer to something",
      { env: [{ name: "X", value: "1" }] },
      containers({ env: [{ name: "X", ...fieldRef }] }, { env: [{ name: "X", ...fieldRef }] }),
      ["env X", "env X"],
    ],
    [
      "the same volume twice in a PodDefault, against the pod's",
      {
        volumes: [
          { name: "v", emptyDir: {} },
          { name: "v", emptyDir: {} },
        ],
      },
      podWith({ volumes: [{ name: "v", hostPath: { path: "/x" } }] }),
      ["volumes v", "volumes v"],
    ],
    [
      "a toleration with seconds twice in a PodDefault",
      { tolerations: [1, 2].map(() => ({ key: "k", operator: "Exists", tolerationSeconds: 5 })) },
      podWith({ tolerations: [{ key: "k", operator: "Exists" }] }),
      ["tolerations k", "tolerations k"],
    ],
  ])("%s", (_, spec, pod, on) => {
    expect(conflictsOf(spec, pod)).toEqual({ several: true, on });
  });

  test("but a toleration without seconds twice is told once", () => {
    const spec = { tolerations: [1, 2].map(() => ({ key: "k", operator: "Exists", effect: "NoExecute" })) };
    const pod = podWith({ tolerations: [{ key: "k", operator: "Exists" }] });
    expect(conflictsOf(spec, pod)).toEqual({ several: false, on: ["tolerations k"] });
  });
});
