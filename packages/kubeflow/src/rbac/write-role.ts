import type { ClusterRole, ClusterRoleBinding, PolicyRule, RbacVersion } from "./rbac-objects.ts";

const apiVersion: RbacVersion = "rbac.authorization.k8s.io/v1";
const apiGroup = "rbac.authorization.k8s.io";

/** What a cluster role is made of; `aggregateTo` and `aggregates` are what stands after `aggregate-to-` in labels. */
interface RoleParts {
  readonly rules?: readonly PolicyRule[];
  /** The roles that take its rules over. */
  readonly aggregateTo?: readonly string[];
  /** It has no rules but those of the roles that are labelled for this. */
  readonly aggregates?: string;
}

/** A cluster role, with Kubeflow's labels for aggregation. */
export function clusterRole(name: string, { rules, aggregateTo, aggregates }: RoleParts): ClusterRole {
  const labels = aggregateTo && Object.fromEntries(aggregateTo.map((role) => [labelOf(role), "true"]));
  return {
    apiVersion,
    kind: "ClusterRole",
    metadata: { name, ...(labels && { labels }) },
    ...(aggregates && {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [labelOf(aggregates)]: "true" } }] },
    }),
    rules: rules ?? [],
  };
}

/** The binding of a cluster role to one group, or to one service account, for the whole cluster. */
export function clusterRoleBinding(
  name: string,
  role: string,
  to: { readonly group: string } | { readonly serviceAccount: string; readonly namespace: string },
): ClusterRoleBinding {
  return {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup, kind: "ClusterRole", name: role },
    subjects: [
      "group" in to
        ? { kind: "Group", apiGroup, name: to.group }
        : { kind: "ServiceAccount", name: to.serviceAccount, namespace: to.namespace },
    ],
  };
}

/** A rule for some resources of one API group. */
export function rule(group: string, resources: readonly string[], verbs: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources, verbs };
}

const labelOf = (role: string): string => `rbac.authorization.kubeflow.org/aggregate-to-${role}`;
