import { podDefaultCrd } from "@kfp-ts/kubeflow";
import { expect, test } from "vitest";

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
}

const crd = podDefaultCrd() as unknown as {
  readonly spec: { readonly versions: ReadonlyArray<{ readonly schema: { readonly openAPIV3Schema: Schema } }> };
};
const spec = crd.spec.versions[0]?.schema.openAPIV3Schema.properties?.spec as Schema;

test("the definition has every field of a PodDefault, and of them only the selector is required", () => {
  expect(Object.keys(spec.properties ?? {}).sort()).toEqual(
    [
      ...["annotations", "args", "automountServiceAccountToken", "command", "desc", "env", "envFrom"],
      ...["imagePullSecrets", "initContainers", "labels", "selector", "serviceAccountName", "sidecars"],
      ...["tolerations", "volumeMounts", "volumes"],
    ].sort(),
  );
  expect(spec.required).toEqual(["selector"]);
});

test("what Kubeflow's schema takes away is not in it", () => {
  const container = spec.properties?.initContainers?.items?.properties ?? {};
  expect(Object.keys(container)).not.toContain("restartPolicy");
  expect(Object.keys(spec.properties?.volumeMounts?.items?.properties ?? {})).not.toContain("recursiveReadOnly");
  const claim = spec.properties?.volumes?.items?.properties?.ephemeral?.properties?.volumeClaimTemplate?.properties;
  expect(claim?.metadata).toEqual({ type: "object" });
});

test("a port is one of TCP where nothing else is said", () => {
  expect(spec.properties?.sidecars?.items?.properties?.ports).toMatchObject({
    "x-kubernetes-list-map-keys": ["containerPort", "protocol"],
    items: { properties: { protocol: { type: "string", default: "TCP" } } },
  });
});

test("every part of the schema has a type, or says that it is a number or a text", () => {
  const without: string[] = [];
  const walk = (schema: Schema, path: string): void => {
    if (schema.type === undefined && !("x-kubernetes-int-or-string" in schema)) without.push(path);
    for (const [name, part] of Object.entries(schema.properties ?? {})) walk(part, `${path}.${name}`);
    if (schema.items !== undefined) walk(schema.items, `${path}[]`);
  };
  walk(spec, "spec");
  expect(without).toEqual([]);
});
