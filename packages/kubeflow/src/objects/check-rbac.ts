import type { PolicyRule, RbacObject, RoleRef, Subject } from "../rbac/rbac-objects.ts";
import { checkSelector } from "./check-selector.ts";
import { dnsSubdomain, pathSegment } from "./names.ts";
import { type Flaw, type Path, writePath } from "./shape.ts";

const rbacGroup = "rbac.authorization.k8s.io";

/** Finds what a Kubernetes API server would refuse in an object of RBAC whose fields are of the right types. */
export function checkRbac(object: RbacObject, flaws: Flaw[]): void {
  if (object.kind === "Role" || object.kind === "ClusterRole") {
    for (const [index, rule] of (object.rules ?? []).entries()) {
      checkRule(rule, object.kind === "Role", ["rules", index], flaws);
    }
  } else {
    checkRoleRef(object.roleRef ?? {}, object.kind === "RoleBinding", flaws);
    for (const [index, subject] of (object.subjects ?? []).entries()) {
      checkSubject(subject, object.kind === "RoleBinding", ["subjects", index], flaws);
    }
  }
  if (object.kind !== "ClusterRole" || !object.aggregationRule) return;
  const selectors = object.aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    const message = "aggregationRule has to have clusterRoleSelectors: which cluster roles to take the rules of.";
    flaws.push({ path: ["aggregationRule"], message });
  }
  for (const [index, selector] of selectors.entries()) {
    checkSelector(selector, ["aggregationRule", "clusterRoleSelectors", index], flaws);
  }
}

function checkRule(rule: PolicyRule, namespaced: boolean, path: Path, flaws: Flaw[]): void {
  const add = (field: string, message: string): number =>
    flaws.push({ path: [...path, field], message: `${writePath(path)}: ${message}` });
  const some = (list: readonly string[] | null | undefined): boolean => (list ?? []).length > 0;

  if (!some(rule.verbs)) add("verbs", 'a rule needs verbs, such as ["get", "list"].');
  if (some(rule.nonResourceURLs)) {
    if (namespaced) add("nonResourceURLs", "a path is in no namespace. Right: a ClusterRole.");
    if (some(rule.apiGroups) || some(rule.resources) || some(rule.resourceNames)) {
      add("nonResourceURLs", "a rule is for paths or for resources. Right: two rules.");
    }
    return;
  }
  if (!some(rule.apiGroups)) add("apiGroups", 'a rule needs apiGroups; [""] is the core group.');
  if (!some(rule.resources)) add("resources", 'a rule needs resources, such as ["runs"].');
}

function checkRoleRef(roleRef: Partial<RoleRef>, namespaced: boolean, flaws: Flaw[]): void {
  const add = (field: string, message: string): number => flaws.push({ path: ["roleRef", field], message });
  const { apiGroup, name } = roleRef;
  const kind: string = roleRef.kind ?? "";
  if (apiGroup && apiGroup !== rbacGroup) {
    add("apiGroup", `roleRef.apiGroup is ${JSON.stringify(apiGroup)}. Right: ${rbacGroup}.`);
  }
  const kinds = namespaced ? ["ClusterRole", "Role"] : ["ClusterRole"];
  if (!kinds.includes(kind)) {
    const what = kind ? `roleRef.kind is ${JSON.stringify(kind)}` : "roleRef.kind is missing";
    const why = kind === "Role" ? " A Role is of one namespace and its binding too." : "";
    add("kind", `${what}. Right: ${kinds.join(" or ")}.${why}`);
  }
  if (!name) add("name", "roleRef.name is missing: the name of the role that is given.");
  else if (pathSegment(name)) add("name", `roleRef.name is ${JSON.stringify(name)}. Right: ${pathSegment(name)}.`);
}

/** Finds what a Kubernetes API server would refuse in somebody who is bound. */
export function checkSubject(subject: Partial<Subject>, namespaced: boolean, path: Path, flaws: Flaw[]): void {
  const add = (field: string, message: string): number =>
    flaws.push({ path: [...path, field], message: `${writePath(path)}: ${message}` });
  const { apiGroup, name, namespace } = subject;
  const kind: string = subject.kind ?? "";
  if (!name) add("name", "name is missing.");
  switch (kind) {
    case "ServiceAccount":
      if (name && dnsSubdomain(name)) add("name", `name is ${JSON.stringify(name)}. Right: ${dnsSubdomain(name)}.`);
      if (apiGroup) add("apiGroup", `apiGroup is ${JSON.stringify(apiGroup)}. Right: none, for a ServiceAccount.`);
      if (!namespaced && !namespace) add("namespace", "a ServiceAccount needs the namespace that it is in.");
      break;
    case "User":
    case "Group":
      if (apiGroup && apiGroup !== rbacGroup) {
        add("apiGroup", `apiGroup is ${JSON.stringify(apiGroup)}. Right: ${rbacGroup}, or none.`);
      }
      break;
    default:
      add(
        "kind",
        `${kind ? `kind is ${JSON.stringify(kind)}` : "kind is missing"}. Right: User, Group or ServiceAccount.`,
      );
  }
}
