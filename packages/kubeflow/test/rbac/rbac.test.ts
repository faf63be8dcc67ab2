import { describe, expect, test } from "vitest";
import {
  type AccessAttributes,
  type ClusterRole,
  type ClusterRoleBinding,
  createRbac,
  type PolicyRule,
  type RbacObject,
  type Role,
  type RoleBinding,
  type Subject,
} from "../../src/index.ts";

const apiGroup = "rbac.authorization.k8s.io";
const ann: Subject = { kind: "User", apiGroup, name: "ann" };
const runs: AccessAttributes = { namespace: "team-a", verb: "list", group: "pipelines.kubeflow.org", resource: "runs" };
const readRuns: PolicyRule = { apiGroups: ["pipelines.kubeflow.org"], resources: ["runs"], verbs: ["get", "list"] };

const role = (rules: readonly PolicyRule[], name = "reader", namespace = "team-a"): Role => ({
  kind: "Role",
  metadata: { name, namespace },
  rules,
});
const clusterRole = (rules: readonly PolicyRule[], name = "reader"): ClusterRole => ({
  kind: "ClusterRole",
  metadata: { name },
  rules,
});
const binding = (
  subjects: readonly Subject[],
  { name = "readers", namespace = "team-a", kind = "Role", roleName = "reader" }: BindingOptions = {},
): RoleBinding => ({
  kind: "RoleBinding",
  metadata: { name, namespace },
  roleRef: { apiGroup, kind, name: roleName },
  subjects,
});
interface BindingOptions {
  readonly name?: string;
  readonly namespace?: string;
  readonly kind?: "Role" | "ClusterRole";
  readonly roleName?: string;
}
const clusterBinding = (subjects: readonly Subject[], name = "readers"): ClusterRoleBinding => ({
  kind: "ClusterRoleBinding",
  metadata: { name },
  roleRef: { apiGroup, kind: "ClusterRole", name: "reader" },
  subjects,
});

/** Whether a rule, bound everywhere, allows an access. */
const allows = (rule: PolicyRule, attributes: AccessAttributes): boolean =>
  createRbac([clusterRole([rule]), clusterBinding([ann])]).review({ user: "ann" }, attributes).allowed;

describe("what a rule allows", () => {
  const pods = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };

  test.each<[what: string, rule: PolicyRule, attributes: AccessAttributes, allowed: boolean]>([
    ["its verb on its resource", pods, { verb: "get", resource: "pods" }, true],
    ["no other verb", pods, { verb: "list", resource: "pods" }, false],
    ["verbs in its own letters only", pods, { verb: "GET", resource: "pods" }, false],
    ["any verb, with *", { ...pods, verbs: ["*"] }, { verb: "archive", resource: "pods" }, true],
    ["no other group", pods, { verb: "get", group: "apps", resource: "pods" }, false],
    ["any group, with *", { ...pods, apiGroups: ["*"] }, { verb: "get", group: "apps", resource: "pods" }, true],
    ["no subresource of its resource", pods, { verb: "get", resource: "pods", subresource: "log" }, false],
    [
      "a subresource that it names",
      { ...pods, resources: ["pods/log"] },
      { verb: "get", resource: "pods", subresource: "log" },
      true,
    ],
    [
      "not the resource of a subresource that it names",
      { ...pods, resources: ["pods/log"] },
      { verb: "get", resource: "pods" },
      false,
    ],
    [
      "any resource's subresource, with */",
      { ...pods, resources: ["*/log"] },
      { verb: "get", resource: "jobs", subresource: "log" },
      true,
    ],
    [
      "no other subresource, with */",
      { ...pods, resources: ["*/log"] },
      { verb: "get", resource: "jobs", subresource: "catalog" },
      false,
    ],
    [
      "not all subresources of a resource, with /*",
      { ...pods, resources: ["pods/*"] },
      { verb: "get", resource: "pods", subresource: "log" },
      false,
    ],
    [
      "any resource and subresource, with *",
      { ...pods, resources: ["*"] },
      { verb: "get", resource: "pods", subresource: "log" },
      true,
    ],
    ["the name that it names", { ...pods, resourceNames: ["a"] }, { verb: "get", resource: "pods", name: "a" }, true],
    ["no other name", { ...pods, resourceNames: ["a"] }, { verb: "get", resource: "pods", name: "b" }, false],
    [
      "nothing without a name, where it names some",
      { ...pods, resourceNames: ["a"] },
      { verb: "get", resource: "pods" },
      false,
    ],
    [
      "not every name with *, which is a name",
      { ...pods, resourceNames: ["*"] },
      { verb: "get", resource: "pods", name: "b" },
      false,
    ],
    [
      "every name where its list of them is empty",
      { ...pods, resourceNames: [] },
      { verb: "get", resource: "pods", name: "b" },
      true,
    ],
    ["no path, where it is for resources", { ...pods, resources: ["*"] }, { verb: "get", path: "/healthz" }, false],
    [
      "no resource, where it is for paths",
      { verbs: ["*"], nonResourceURLs: ["*"] },
      { verb: "get", resource: "pods" },
      false,
    ],
    ["its path", { verbs: ["get"], nonResourceURLs: ["/healthz"] }, { verb: "get", path: "/healthz" }, true],
    [
      "no path below its own",
      { verbs: ["get"], nonResourceURLs: ["/healthz"] },
      { verb: "get", path: "/healthz/x" },
      false,
    ],
    [
      "every path below, with * at the end",
      { verbs: ["get"], nonResourceURLs: ["/healthz/*"] },
      { verb: "get", path: "/healthz/x/y" },
      true,
    ],
    [
      "every path below, with several * at the end",
      { verbs: ["get"], nonResourceURLs: ["/api/**"] },
      { verb: "get", path: "/api/v1" },
      true,
    ],
    [
      "not the path above, with /*",
      { verbs: ["get"], nonResourceURLs: ["/healthz/*"] },
      { verb: "get", path: "/healthz" },
      false,
    ],
    [
      "no more by a * in the middle than itself",
      { verbs: ["get"], nonResourceURLs: ["/a*b"] },
      { verb: "get", path: "/axb" },
      false,
    ],
  ])("%s", (_what, rule, attributes, allowed) => {
    expect(allows(rule, attributes)).toBe(allowed);
  });
});

describe("who is allowed, and why", () => {
  const reason = (
    objects: readonly RbacObject[],
    user: string,
    attributes: AccessAttributes = runs,
    groups?: readonly string[],
  ): string => createRbac(objects).review({ user, groups }, attributes).reason;

  test("a role's binding counts in its namespace, and the reason names all of it", () => {
    const objects = [role([readRuns]), binding([ann])];
    expect(createRbac(objects).review({ user: "ann" }, runs)).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "readers/team-a" of Role "reader" to User "ann"',
    });
    for (const namespace of ["team-b", ""]) {
      expect(createRbac(objects).review({ user: "ann" }, { ...runs, namespace })).toEqual({
        allowed: false,
        reason: "",
      });
    }
    expect(createRbac(objects).review({ user: "Ann" }, runs)).toEqual({ allowed: false, reason: "" });
  });

  test("the page's RoleBinding lets a service account of one namespace into another", () => {
    const objects = [
      clusterRole([readRuns], "kubeflow-edit"),
      binding([{ kind: "ServiceAccount", name: "default-editor", namespace: "namespace-2" }], {
        name: "allow-namespace-2-kubeflow-edit",
        namespace: "namespace-1",
        kind: "ClusterRole",
        roleName: "kubeflow-edit",
      }),
    ];
    const user = "system:serviceaccount:namespace-2:default-editor";
    expect(reason(objects, user, { ...runs, namespace: "namespace-1" })).toBe(
      'RBAC: allowed by RoleBinding "allow-namespace-2-kubeflow-edit/namespace-1" of ClusterRole "kubeflow-edit" to ServiceAccount "default-editor/namespace-2"',
    );
    expect(reason(objects, user, { ...runs, namespace: "namespace-2" })).toBe("");
  });

  test("a service account without a namespace is the one of its binding's namespace, and nobody where that has none", () => {
    const account: Subject = { kind: "ServiceAccount", name: "bot" };
    expect(reason([role([readRuns]), binding([account])], "system:serviceaccount:team-a:bot")).toBe(
      'RBAC: allowed by RoleBinding "readers/team-a" of Role "reader" to ServiceAccount "bot/team-a"',
    );
    expect(reason([clusterRole([readRuns]), clusterBinding([account])], "system:serviceaccount::bot")).toBe("");
  });

  test("a service account can be bound by its user name", () => {
    const user = "system:serviceaccount:team-a:bot";
    expect(reason([role([readRuns]), binding([{ ...ann, name: user }])], user)).toContain(`to User "${user}"`);
  });

  test("a group's binding counts for whoever has the group, of several subjects the first that is meant", () => {
    const team: Subject = { kind: "Group", apiGroup, name: "team" };
    const objects = [clusterRole([readRuns]), clusterBinding([team, ann])];
    expect(reason(objects, "ann", runs, ["other", "team"])).toBe(
      'RBAC: allowed by ClusterRoleBinding "readers" of ClusterRole "reader" to Group "team"',
    );
    expect(reason(objects, "ann", runs, ["other"])).toContain('to User "ann"');
    expect(reason(objects, "team", runs)).toBe("");
  });

  test("cluster-wide bindings come first, then those of the namespace, each by name", () => {
    const objects = [
      role([readRuns]),
      clusterRole([readRuns]),
      binding([ann], { name: "b" }),
      binding([ann], { name: "a" }),
      clusterBinding([ann], "z"),
    ];
    expect(reason(objects, "ann")).toContain('ClusterRoleBinding "z"');
    expect(reason(objects.slice(0, 4), "ann")).toContain('RoleBinding "a/team-a"');
  });

  test("members of system:masters are allowed everything, without a reason", () => {
    expect(createRbac([]).review({ user: "root", groups: ["system:masters"] }, runs)).toEqual({
      allowed: true,
      reason: "",
    });
    expect(createRbac([]).review({ user: "system:masters" }, runs).allowed).toBe(false);
  });

  test("a role that is bound and missing hinders nothing else, and is told where nothing else allows", () => {
    const lost = binding([ann], { name: "lost", roleName: "gone" });
    expect(reason([role([readRuns]), lost, binding([ann])], "ann")).toContain("allowed by");
    expect(createRbac([lost]).review({ user: "ann" }, runs)).toEqual({
      allowed: false,
      reason: 'RBAC: role.rbac.authorization.k8s.io "gone" not found',
    });
    const again = binding([ann], { name: "again", roleName: "gone" });
    expect(reason([lost, again], "ann")).toBe('RBAC: role.rbac.authorization.k8s.io "gone" not found');
    expect(reason([lost, clusterBinding([ann])], "ann")).toBe(
      'RBAC: [clusterrole.rbac.authorization.k8s.io "reader" not found, role.rbac.authorization.k8s.io "gone" not found]',
    );
  });

  test("a role of another namespace is none", () => {
    expect(reason([role([readRuns], "reader", "team-b"), binding([ann])], "ann")).toContain("not found");
  });

  test("paths are allowed by cluster-wide bindings alone", () => {
    const health = clusterRole([{ verbs: ["get"], nonResourceURLs: ["/healthz"] }]);
    const access = { verb: "get", path: "/healthz" };
    expect(reason([health, clusterBinding([ann])], "ann", access)).toContain("allowed by");
    expect(reason([health, binding([ann], { kind: "ClusterRole" })], "ann", access)).toBe("");
  });

  test("of objects of the same name the last stands", () => {
    const objects = [clusterRole([readRuns]), clusterBinding([ann]), clusterRole([])];
    expect(reason(objects, "ann")).toBe("");
  });

  test.each([
    ['quo"ted', '"quo\\"ted"'],
    ["back\\slash", '"back\\\\slash"'],
    ["new\nline\u0007\u0001", '"new\\nline\\a\\x01"'],
    ["Ünïcode 名", '"Ünïcode 名"'],
    ["no\u00a0break\u200b\u{e0001}", '"no\\u00a0break\\u200b\\U000e0001"'],
  ])("the name %j is written as Go quotes it", (name, written) => {
    expect(reason([role([readRuns]), binding([{ ...ann, name }])], name)).toMatch(
      new RegExp(`to User ${written.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`, "u"),
    );
  });
});
