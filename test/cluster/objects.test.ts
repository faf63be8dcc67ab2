import { readObjects } from "@kfp-ts/kubeflow";
import { describe, expect, test } from "vitest";
import { runKubectl } from "./support/cluster.ts";

const role = (rules: string, kind = "Role", more = ""): string =>
  `{apiVersion: rbac.authorization.k8s.io/v1, kind: ${kind}, metadata: {name: x, namespace: default}, rules: ${rules}${more}}`;
const clusterRole = (rules: string, more = ""): string =>
  role(rules, "ClusterRole", more).replace(", namespace: default", "");
const binding = (
  subjects: string,
  roleRef = "{apiGroup: rbac.authorization.k8s.io, kind: Role, name: x}",
  kind = "RoleBinding",
): string =>
  `{apiVersion: rbac.authorization.k8s.io/v1, kind: ${kind}, metadata: {name: x, namespace: default}, roleRef: ${roleRef}, subjects: ${subjects}}`;
const clusterBinding = (subjects: string, roleKind = "ClusterRole"): string =>
  binding(subjects, `{apiGroup: rbac.authorization.k8s.io, kind: ${roleKind}, name: x}`, "ClusterRoleBinding").replace(
    ", namespace: default",
    "",
  );
const named = (metadata: string, kind = "ServiceAccount"): string =>
  `{apiVersion: v1, kind: ${kind}, metadata: {${metadata}}}`;
const okRule = "{verbs: [get], apiGroups: [''], resources: [pods]}";
const selectors = (text: string): string => clusterRole("[]", `, aggregationRule: {clusterRoleSelectors: ${text}}`);

describe("the objects that are taken, here and by a Kubernetes API server", () => {
  test.for([
    role(`[${okRule}]`),
    role("null"),
    role("{}"),
    role("[{}]"),
    role("[{verbs: [], apiGroups: [''], resources: [pods]}]"),
    role("[{verbs: get, apiGroups: [''], resources: [pods]}]"),
    role("[{verbs: [get], resources: [pods]}]"),
    role("[{verbs: [get], apiGroups: ['']}]"),
    role("[{verbs: [''], apiGroups: [''], resources: ['']}]"),
    role("[{verbs: [get], nonResourceURLs: [/x]}]"),
    role("[{verbs: [1], apiGroups: [''], resources: [pods]}]"),
    role("[{verbs: [on], apiGroups: [''], resources: [pods]}]"),
    role("[{verbs: [get], apigroups: [''], resources: [pods]}]"),
    role(`[${okRule}]`, "Role", ", aggregationRule: {}"),
    role(`[${okRule}]`).replace("name: x", "name: 'a/b'"),
    role(`[${okRule}]`).replace("name: x", "name: '..'"),
    role(`[${okRule}]`).replace("name: x", "name: '50%'"),
    role(`[${okRule}]`).replace("name: x", "name: 'A B:ü'"),
    role(`[${okRule}]`).replace("name: x", "name: 2026-01-01"),
    role(`[${okRule}]`).replace("name: x", "name: 12:30"),
    role(`[${okRule}]`).replace("name: x", "name: 1_000"),
    role(`[${okRule}]`).replace("name: x", "name: 0b1"),
    role(`[${okRule}]`).replace("name: x", "name: 0o7"),
    role(`[${okRule}]`).replace("name: x", "name: 1e3"),
    role(`[${okRule}]`).replace("name: x", "name: y"),
    role(`[${okRule}]`).replace("name: x", "name: x, labels: {a: b, c/d: ''}"),
    role(`[${okRule}]`).replace("name: x", "name: x, labels: {a: 'b c'}"),
    role(`[${okRule}]`).replace("name: x", "name: x, labels: {-a: b}"),
    role(`[${okRule}]`).replace("name: x", "name: x, labels: {a: yes}"),
    role(`[${okRule}]`).replace("name: x", "name: x, labels: null, annotations: {a: 'any thing'}"),
    role(`[${okRule}]`).replace("name: x", "name: x, annotations: {a b: c}"),
    role(`[${okRule}]`).replace("name: x", "name: x, annotations: {A: c, 'Ex.Com/b': d}"),
    role(`[${okRule}]`).replace("name: x", "name: x, label: {}"),
    role(`[${okRule}]`).replace("name: x", "Name: x"),
    clusterRole("[{verbs: [get], nonResourceURLs: [/x]}]"),
    clusterRole("[{verbs: [get], nonResourceURLs: [/x], resources: [pods]}]"),
    clusterRole("[{verbs: [get], nonResourceURLs: [/x], resourceNames: [pods]}]"),
    clusterRole("[{nonResourceURLs: [/x]}]"),
    clusterRole("[]", ", aggregationRule: {}"),
    clusterRole("[]", ", aggregationRule: null"),
    selectors("[]"),
    selectors("[{}]"),
    selectors("[{matchLabels: {a: b}}]"),
    selectors("[{matchLabels: {a: 'b c'}}]"),
    selectors("[{matchLabels: {'a/b/c': d}}]"),
    selectors("[{matchExpressions: [{key: a, operator: In, values: [b]}]}]"),
    selectors("[{matchExpressions: [{key: a, operator: In}]}]"),
    selectors("[{matchExpressions: [{key: a, operator: Exists, values: [b]}]}]"),
    selectors("[{matchExpressions: [{key: a, operator: Is, values: [b]}]}]"),
    selectors("[{matchExpressions: [{operator: Exists}]}]"),
    selectors("[{matchExpressions: [{key: a, operator: NotIn, values: ['b c']}]}]"),
    binding("null"),
    binding("[{kind: User, name: ann}]"),
    binding("[{kind: User, name: ann, namespace: default}]"),
    binding("[{kind: User, name: ''}]"),
    binding("[{kind: User, name: ann, apiGroup: ''}]"),
    binding("[{kind: User, name: ann, apiGroup: v1}]"),
    binding("[{kind: user, name: ann}]"),
    binding("[{name: ann}]"),
    binding("[{kind: Group, name: 'a b'}]"),
    binding("[{kind: ServiceAccount, name: a}]"),
    binding("[{kind: ServiceAccount, name: a, namespace: 'N S'}]"),
    binding("[{kind: ServiceAccount, name: A}]"),
    binding("[{kind: ServiceAccount, name: a, apiGroup: rbac.authorization.k8s.io}]"),
    binding("[]", "{kind: Role, name: x}"),
    binding("[]", "{apiGroup: rbac, kind: Role, name: x}"),
    binding("[]", "{apiGroup: rbac.authorization.k8s.io, kind: role, name: x}"),
    binding("[]", "{apiGroup: rbac.authorization.k8s.io, kind: Role}"),
    binding("[]", "{apiGroup: rbac.authorization.k8s.io, kind: Role, name: 'a/b'}"),
    binding("[]", "{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: x, namespace: y}"),
    binding("[]", "null"),
    clusterBinding("[{kind: ServiceAccount, name: a, namespace: b}]"),
    clusterBinding("[{kind: ServiceAccount, name: a}]"),
    clusterBinding("[]", "Role"),
    named("name: x, namespace: default"),
    named("name: X, namespace: default"),
    named("name: a.b, namespace: default"),
    named("name: r-x", "Namespace"),
    named("name: r.x", "Namespace"),
    named("name: R", "Namespace"),
    named(`name: ${"x".repeat(64)}`, "Namespace"),
    `${named("name: x, namespace: default").slice(0, -1)}, secrets: [{name: s}], imagePullSecrets: [{name: s}], automountServiceAccountToken: false}`,
    `${named("name: x, namespace: default").slice(0, -1)}, automountServiceAccountToken: "false"}`,
    `${named("name: x, namespace: default").slice(0, -1)}, secret: []}`,
    "kind: Role\n\tmetadata: x",
    "a: &a [*a]",
    "kind: [",
    "apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: Role\nmetadata: {name: x, namespace: default}",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: Roles\nmetadata: {name: x, namespace: default}",
    "apiVersion: v1\nkind: Role\nmetadata: {name: x, namespace: default}",
    "kind: Role\nmetadata: {name: x, namespace: default}",
  ])("%s", { concurrent: true }, async (text) => {
    let ours = "";
    try {
      readObjects(text, "objects.yaml");
    } catch (error) {
      ours = (error as Error).message;
    }
    const args = ["create", "--dry-run=server", "--validate=strict", "-f", "-"];
    const { code, stderr: errors } = await runKubectl(args, text);
    expect(ours === "", `ours: ${ours || "taken"}\ntheirs: ${errors || "taken"}`).toBe(code === 0);
  });
});
