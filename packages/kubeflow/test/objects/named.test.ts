import { expect, test } from "vitest";
import { namedNamespaces, namedServiceAccounts, readObjects } from "../../src/index.ts";

const { objects } = readObjects(
  `apiVersion: v1
kind: Namespace
metadata: {name: empty}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: bot, namespace: ci}
---
apiVersion: kubeflow.org/v1
kind: Profile
metadata: {name: team-a}
spec: {owner: {kind: User, name: ann@example.com}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x, namespace: namespace-1}
roleRef: {kind: ClusterRole, name: kubeflow-edit}
subjects:
- {kind: ServiceAccount, name: default-editor, namespace: namespace-2}
- {kind: ServiceAccount, name: local}
- {kind: User, name: "system:serviceaccount:namespace-3:by-name"}
- {kind: User, name: "system:serviceaccount:not-one"}
- {kind: ServiceAccount, name: never, namespace: "No Namespace"}
`,
  "x.yaml",
);

test("every namespace is found that objects are, that they are in, or that somebody who is bound is in", () => {
  expect(namedNamespaces(objects)).toEqual(["ci", "empty", "namespace-1", "namespace-2", "namespace-3", "team-a"]);
});

test("every service account is found that is an object or is bound, in its binding's namespace where it names none", () => {
  expect(namedServiceAccounts(objects).map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
    "ci/bot",
    "namespace-1/local",
    "namespace-2/default-editor",
    "namespace-3/by-name",
  ]);
});
