import { aggregate, byName } from "./aggregation.ts";
import { BindingIndex, type Bound, type BoundRules, namespaceOf } from "./bindings.ts";
import { quoted } from "./quoted.ts";
import type {
  AccessAttributes,
  AccessReview,
  AccessSubject,
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  RbacObject,
  Role,
  RoleBinding,
} from "./rbac-objects.ts";
import { ruleAllows } from "./rule-allows.ts";

/** Reviews access by a set of RBAC objects. */
export interface Rbac {
  /**
   * Answers as a Kubernetes API server does whose authorizer is RBAC: cluster-wide bindings first, then those of the
   * namespace. Where several bindings allow, Kubernetes names any of them; this names the first by name.
   */
  review(subject: AccessSubject, attributes: AccessAttributes): AccessReview;
}

const allowedToMasters: AccessReview = { allowed: true, reason: "" };
const refused: AccessReview = { allowed: false, reason: "" };

/**
 * Prepares RBAC objects for reviews. Of objects of the same kind, namespace and name the last stands, so that what
 * comes built in can be replaced by what comes after it.
 *
 * @param objects - Taken as they are: whoever reads them from outside has to check them (`readObjects` does).
 */
export function createRbac(objects: readonly RbacObject[]): Rbac {
  const { clusterRoles, roles, clusterRoleBindings, roleBindings } = lastOfEach(objects);
  const clusterRules = aggregate(clusterRoles);
  const rules = new Map(
    roles.map((role) => [inNamespace(role.metadata.namespace, role.metadata.name), role.rules ?? []]),
  );

  const clusterWide = new BindingIndex();
  for (const binding of clusterRoleBindings) clusterWide.add(binding, roleOf(binding, clusterRules, rules));
  const namespaces = new Map<string, BindingIndex>();
  for (const binding of roleBindings) {
    const { namespace } = binding.metadata;
    const index = namespaces.get(namespace) ?? new BindingIndex();
    namespaces.set(namespace, index);
    index.add(binding, roleOf(binding, clusterRules, rules));
  }

  return {
    review({ user, groups = [] }, attributes) {
      if (groups.includes("system:masters")) return allowedToMasters;
      const missing: string[] = [];
      const clusterBound = clusterWide.of(user, groups);
      const found = firstThatAllows(clusterBound, attributes, missing);
      if (found) return allowedBy(found);
      const namespace = "path" in attributes ? "" : attributes.namespace;
      const index = namespace ? namespaces.get(namespace) : undefined;
      if (index) {
        const foundThere = firstThatAllows(index.of(user, groups), attributes, missing);
        if (foundThere) return allowedBy(foundThere);
      }
      return missing.length === 0 ? refused : { allowed: false, reason: `RBAC: ${together(missing)}` };
    },
  };
}

function firstThatAllows(bound: readonly Bound[], attributes: AccessAttributes, missing: string[]): Bound | undefined {
  for (const one of bound) {
    if ("missing" in one.role) missing.push(one.role.missing);
    else for (const rule of one.role.rules) if (ruleAllows(rule, attributes)) return one;
  }
  return undefined;
}

function allowedBy({ binding, subjectIndex }: Bound): AccessReview {
  const { kind, metadata, roleRef } = binding;
  const name = binding.kind === "RoleBinding" ? `${metadata.name}/${binding.metadata.namespace}` : metadata.name;
  const subject = binding.subjects?.[subjectIndex] ?? { kind: "User", name: "" };
  const who = subject.kind === "ServiceAccount" ? `${subject.name}/${namespaceOf(subject, binding)}` : subject.name;
  return {
    allowed: true,
    reason: `RBAC: allowed by ${kind} ${quoted(name)} of ${roleRef.kind} ${quoted(roleRef.name)} to ${subject.kind} ${quoted(who)}`,
  };
}

/** Several errors as Go's Kubernetes libraries put them into one text: each once, in brackets where they differ. */
function together(errors: readonly string[]): string {
  const texts = [...new Set(errors)];
  return texts.length === 1 ? texts.join() : `[${texts.join(", ")}]`;
}

function roleOf(
  binding: ClusterRoleBinding | RoleBinding,
  clusterRules: ReadonlyMap<string, readonly PolicyRule[]>,
  rules: ReadonlyMap<string, readonly PolicyRule[]>,
): BoundRules {
  const { kind, name } = binding.roleRef;
  if (kind !== "Role" && kind !== "ClusterRole") {
    return { missing: `unsupported role reference kind: ${quoted(kind)}` };
  }
  const namespace = binding.kind === "RoleBinding" ? binding.metadata.namespace : "";
  const found = kind === "Role" ? rules.get(inNamespace(namespace, name)) : clusterRules.get(name);
  return found
    ? { rules: found }
    : { missing: `${kind.toLowerCase()}.rbac.authorization.k8s.io ${quoted(name)} not found` };
}

/** A slash is in no name. */
const inNamespace = (namespace: string, name: string): string => `${namespace}/${name}`;

function lastOfEach(objects: readonly RbacObject[]): {
  readonly clusterRoles: readonly ClusterRole[];
  readonly roles: readonly Role[];
  readonly clusterRoleBindings: readonly ClusterRoleBinding[];
  readonly roleBindings: readonly RoleBinding[];
} {
  const last = new Map<string, RbacObject>();
  for (const object of objects) {
    const namespace = "namespace" in object.metadata ? object.metadata.namespace : "";
    last.set(`${object.kind}/${namespace ?? ""}/${object.metadata.name}`, object);
  }
  const all = [...last.values()].sort(byName);
  return {
    clusterRoles: all.filter((object) => object.kind === "ClusterRole"),
    roles: all.filter((object) => object.kind === "Role"),
    clusterRoleBindings: all.filter((object) => object.kind === "ClusterRoleBinding"),
    roleBindings: all.filter((object) => object.kind === "RoleBinding"),
  };
}
