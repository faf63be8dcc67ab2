import { answerReview, applyPodDefaults, fixedPodDefaults, type JsonObject } from "@kfp-ts/kubeflow";
import { describe, expect, test } from "vitest";
import { applyPatch } from "./apply-patch.ts";
import { podDefault, podWith, reviewBody } from "./pod-defaults.ts";

const a = podDefault("a", { env: [{ name: "X", value: "1" }] });

/** The message of a denial, or the pod that is let in. */
function outcomeOf(pod: JsonObject, podDefaults = [a]): unknown {
  const verdict = applyPodDefaults({ pod, namespace: "here", podDefaults });
  return verdict.admitted ? applyPatch(pod, verdict.patch) : verdict.message;
}

describe("what an API server could not read as a pod is denied", () => {
  test.each<[string, JsonObject]>([
    ["spec.priority", { priority: 3_000_000_000 }],
    ["spec.terminationGracePeriodSeconds", { terminationGracePeriodSeconds: 1e20 }],
    ["spec.containers[0].ports[0].containerPort", { containers: [{ name: "main", ports: [{ containerPort: 3e9 }] }] }],
    ["spec.affinity", { affinity: "x" }],
    ["spec.affinity.nodeAffinity", { affinity: { nodeAffinity: [] } }],
    ["spec.securityContext.fsGroup", { securityContext: { fsGroup: "x" } }],
    ["spec.hostAliases", { hostAliases: {} }],
    ["spec.hostAliases[0].ip", { hostAliases: [{ ip: 5 }] }],
    ["spec.topologySpreadConstraints", { topologySpreadConstraints: "x" }],
    ["spec.readinessGates[0]", { readinessGates: [5] }],
    ["spec.dnsConfig", { dnsConfig: [] }],
    ["spec.schedulingGates", { schedulingGates: "x" }],
    ["spec.os", { os: "linux" }],
    ["spec.resourceClaims", { resourceClaims: {} }],
    ["spec.hostUsers", { hostUsers: "x" }],
  ])("%s", (path, spec) => {
    expect(outcomeOf(podWith(spec))).toMatch(`the pod cannot be read: ${path}: `);
  });

  test.each<[string, JsonObject]>([
    ["metadata.creationTimestamp", { metadata: { creationTimestamp: "yesterday" } }],
    ["metadata.generation", { metadata: { generation: 1.5 } }],
    ["metadata.ownerReferences", { metadata: { ownerReferences: "x" } }],
    ["metadata.finalizers[0]", { metadata: { finalizers: [1] } }],
    ["metadata.managedFields", { metadata: { managedFields: {} } }],
    ["metadata.uid", { metadata: { uid: 5 } }],
    ["status", { status: "x" }],
  ])("%s", (path, fields) => {
    expect(outcomeOf({ ...podWith(), ...fields })).toMatch(`the pod cannot be read: ${path}: `);
  });
});

describe("null in a pod is an empty item", () => {
  test.each<[string, JsonObject]>([
    ["a volume", { volumes: [null] }],
    ["a toleration", { tolerations: [null] }],
    ["an init container", { initContainers: [null] }],
    ["a source of a volume", { volumes: [{ name: "v", projected: { sources: [null] } }] }],
    ["a word of a command", { containers: [{ name: "main", command: [null] }] }],
    ["a quantity", { containers: [{ name: "main", resources: { limits: { cpu: null } } }] }],
  ])("%s", (_, spec) => {
    expect(outcomeOf(podWith(spec))).toMatchObject({ spec: { containers: [{ env: [{ name: "X", value: "1" }] }] } });
  });

  test("in a list that PodDefaults add to, it stays and comes first", () => {
    const pod = podWith({ containers: [{ name: "main", env: [null] }] });
    expect(outcomeOf(pod)).toMatchObject({ spec: { containers: [{ env: [null, { name: "X", value: "1" }] }] } });
  });

  test("of a label or annotation is an empty text: it is selected by it, equal to it, and in conflict with others", () => {
    const pod = podWith({}, { labels: { l: null } });
    const selects = podDefault("a", { selector: { matchLabels: { l: "" } }, labels: { l: "", m: "1" } });
    expect(outcomeOf(pod, [selects])).toMatchObject({ metadata: { labels: { l: null, m: "1" } } });
    expect(outcomeOf(pod, [podDefault("a", { labels: { l: "x" } })])).toContain("err: merging has conflict on l: \n");
    const mirror = podWith({}, { annotations: { "kubernetes.io/config.mirror": null } });
    expect(outcomeOf(mirror)).toEqual(mirror);
  });
});

describe("an object that is no pod", () => {
  const answerTo = (object: unknown) => {
    const { body } = answerReview({
      contentType: "application/json",
      body: reviewBody(object),
      podDefaults: fixedPodDefaults([a]),
    });
    return (JSON.parse(body) as { response: { allowed: boolean; patch?: string } }).response;
  };

  test.each([
    ["v1", "Service"],
    ["v1", "ConfigMapList"],
    ["v1", "PodList"],
    ["v1", "Status"],
    ["kubeflow.org/v1alpha1", "PodDefault"],
    ["kubeflow.org/v1alpha1", "PodDefaultList"],
    ["admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"],
  ])("but %s %s, which Kubeflow's webhook knows, is let pass as it is", (apiVersion, kind) => {
    expect(answerTo({ apiVersion, kind })).toEqual({ uid: "u", allowed: true });
  });

  test.each([
    ["v1", "pod"],
    ["v2", "Pod"],
    ["apps/v1", "Deployment"],
    ["kubeflow.org/v1", "PodDefault"],
    ["constructor", "Pod"],
  ])("and %s %s, which it does not know, is denied", (apiVersion, kind) => {
    expect(answerTo({ apiVersion, kind })).toMatchObject({ allowed: false });
  });
});

test("a review with an empty apiVersion and kind is one, as one without them is", () => {
  const review = { ...(JSON.parse(reviewBody(podWith())) as JsonObject), apiVersion: "", kind: "" };
  const answer = answerReview({
    contentType: "application/json",
    body: JSON.stringify(review),
    podDefaults: fixedPodDefaults([a]),
  });
  expect(JSON.parse(answer.body)).toMatchObject({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: { allowed: true, patchType: "JSONPatch" },
  });
});
