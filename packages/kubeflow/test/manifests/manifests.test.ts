import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { clusterRolesManifest } from "../../src/manifests/cluster-roles-manifest.ts";
import { joinManifests } from "../../src/manifests/manifest.ts";
import { podDefaultManifest } from "../../src/manifests/pod-default-manifest.ts";
import { podManifest } from "../../src/manifests/pod-manifest.ts";
import { roleBindingManifest } from "../../src/manifests/role-binding-manifest.ts";
import { hasPage, manifestOfPage } from "./page.ts";

describe.skipIf(!hasPage)("without options (skipped where ../shared/seed/connect-api.md is missing)", () => {
  test.each([
    ["Pod", podManifest],
    ["PodDefault", podDefaultManifest],
    ["RoleBinding", roleBindingManifest],
  ] as const)("a %s is that of the documentation", (kind, make) => {
    const { text, objects } = make();
    expect(parse(text)).toEqual(manifestOfPage(kind));
    expect(objects).toEqual([manifestOfPage(kind)]);
  });
});

test("the text and the objects are the same, whatever is asked for", () => {
  for (const { text, objects } of [
    podManifest({ namespace: "team-a", serviceAccount: "default-editor", image: "python:3.12", labels: { a: "yes" } }),
    podDefaultManifest({
      namespace: "team-a",
      name: "kfp",
      labels: { kfp: "1.0" },
      audience: "a: b",
      expirationSeconds: 600,
    }),
    roleBindingManifest({ namespace: "team-a", subject: { kind: "User", name: "a@example.com" } }),
    clusterRolesManifest(),
  ]) {
    expect(parseAllDocuments(text).map((document) => document.toJS())).toEqual(objects);
  }
});

test("every field that is not plain is explained in a comment", () => {
  for (const { text } of [podManifest({ serviceAccount: "x" }), podDefaultManifest(), roleBindingManifest()]) {
    expect(text).toMatch(/^ *# /m);
  }
  expect(podDefaultManifest().text).toMatch(/# .*TOKEN_REVIEW_AUDIENCE.*\n +audience: /);
});

test("a text that YAML 1.1 would take for something else is quoted", () => {
  expect(podManifest({ labels: { a: "yes", b: "1.0", c: "true", d: "0o7" } }).text).toMatch(
    /a: "yes"\n {4}b: "1.0"\n {4}c: "true"/,
  );
});

test("options reach the fields that they are about", () => {
  const [pod] = podManifest({
    namespace: "team-a",
    name: "demo",
    image: "registry.example.com:5000/group/Trainer_X:1@sha256:0",
    serviceAccount: "default-editor",
    audience: "other",
    expirationSeconds: 600,
  }).objects;
  expect(pod).toMatchObject({
    metadata: { name: "demo", namespace: "team-a" },
    spec: {
      serviceAccountName: "default-editor",
      containers: [{ name: "trainer-x" }],
      volumes: [{ projected: { sources: [{ serviceAccountToken: { audience: "other", expirationSeconds: 600 } }] } }],
    },
  });
  const [podDefault] = podDefaultManifest({ namespace: "team-a", labels: { kfp: "1" } }).objects;
  expect(podDefault).toMatchObject({
    metadata: { namespace: "team-a" },
    spec: { selector: { matchLabels: { kfp: "1" } } },
  });
});

test("a role binding is named after who gets what, and a person is a user of RBAC", () => {
  const [binding] = roleBindingManifest({
    namespace: "team-a",
    subject: { kind: "User", name: "Some.One@example.com" },
    clusterRole: "kubeflow-view",
  }).objects;
  expect(binding).toMatchObject({
    metadata: { name: "allow-user-some-one-example-com-kubeflow-view", namespace: "team-a" },
    roleRef: { kind: "ClusterRole", name: "kubeflow-view" },
    subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "Some.One@example.com" }],
  });
});

test("cluster roles carry the names of Kubeflow, and the rules of aggregated ones are left to Kubernetes", () => {
  const { objects } = clusterRolesManifest();
  const byName = new Map(objects.map((object) => [object.metadata.name, object]));
  expect([...byName.keys()]).toEqual(
    expect.arrayContaining([
      "kubeflow-admin",
      "kubeflow-edit",
      "kubeflow-view",
      "aggregate-to-kubeflow-pipelines-edit",
    ]),
  );
  expect(byName.get("kubeflow-edit")).toHaveProperty("aggregationRule");
  for (const object of objects) {
    expect(object.apiVersion).toBe("rbac.authorization.k8s.io/v1");
    expect("rules" in object, object.metadata.name).toBe(!("aggregationRule" in object));
  }
});

test("several manifests are documents of one text", () => {
  const joined = joinManifests(["a", "b"].map((namespace) => podDefaultManifest({ namespace })));
  expect(joined.objects.map(({ metadata }) => metadata.namespace)).toEqual(["a", "b"]);
  expect(parseAllDocuments(joined.text)).toHaveLength(2);
});

describe("what Kubernetes would refuse is refused, and says what to do:", () => {
  test.each([
    ["a namespace", () => podManifest({ namespace: "Team A" })],
    ["a name", () => podManifest({ name: "-x" })],
    ["a service account", () => podManifest({ serviceAccount: "a/b" })],
    ["an image", () => podManifest({ image: " " })],
    ["a label", () => podManifest({ labels: { a: "not so" } })],
    ["the key of a label", () => podDefaultManifest({ labels: { "a/b/c": "x" } })],
    ["an audience", () => podManifest({ audience: "" })],
    ["a time under ten minutes", () => podDefaultManifest({ expirationSeconds: 599 })],
    ["a time that is no whole number", () => podDefaultManifest({ expirationSeconds: 700.5 })],
    ["a cluster role", () => roleBindingManifest({ clusterRole: "a/b" })],
    ["a user", () => roleBindingManifest({ subject: { kind: "User", name: "" } })],
    ["a PodDefault whose mark is too long", () => podDefaultManifest({ name: "x".repeat(53) })],
  ])("%s", (_what, make) => {
    expect(make).toThrow(expect.objectContaining({ name: "ManifestError", fix: expect.stringMatching(/./) }));
  });

  test("a PodDefault may have the longest name that can be marked", () => {
    expect(podDefaultManifest({ name: "x".repeat(52) }).objects[0]?.metadata.name).toHaveLength(52);
  });
});
