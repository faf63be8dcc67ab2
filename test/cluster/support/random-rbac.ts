import type {
  AccessAttributes,
  AccessSubject,
  ClusterRole,
  ClusterRoleBinding,
  LabelSelector,
  PolicyRule,
  RbacObject,
  Role,
  RoleBinding,
  Subject,
} from "@kfp-ts/kubeflow";

/** A set of RBAC objects, and questions about it. */
export interface RandomRbac {
  readonly namespaces: readonly string[];
  readonly clusterRoles: readonly ClusterRole[];
  readonly objects: readonly RbacObject[];
  /** Somebody who wants to do something, other ones at each call. */
  question(): Question;
}

export interface Question {
  readonly subject: AccessSubject;
  readonly attributes: AccessAttributes;
}

/** On every cluster role of a set: nothing else in the cluster is looked at by its selectors. */
export const setLabel = "kfp-ts.test/rbac";

const apiVersion = "rbac.authorization.k8s.io/v1";
const apiGroup = "rbac.authorization.k8s.io";
const counts = {
  namespaces: 24,
  clusterRoles: 120,
  aggregated: 30,
  roles: 168,
  clusterRoleBindings: 40,
  roleBindings: 700,
};

/** Few words, so that rules and questions often meet, and among them those that are easily taken for each other. */
const verbs = ["get", "list", "create", "archive", "readArtifact", "GET", "*"];
const groups = ["", "pipelines.kubeflow.org", "kubeflow.org", "Pipelines.kubeflow.org"];
const resources = ["runs", "experiments", "pods", "Runs"];
const subresources = ["", "", "log", "status", "log/x"];
const names = ["", "", "a", "run-1", "*"];
const paths = ["/healthz", "/healthz/ready", "/api", "/api/v1", "/api/v1/x", "/", "/api/*", "/a**b"];
const pathRules = ["/healthz", "/healthz/*", "/api*", "*", "/api/v1/**", "/", "/a*b"];
const people = [
  "ann@example.com",
  'quo"ted',
  "back\\slash",
  "Ünïcode 名",
  "new\nline",
  "zero\u200bwidth",
  "ann",
  "Ann@example.com",
];
const teams = ["team-a", "team b", "ann@example.com", 'te"am'];
const accounts = ["default-editor", "default-viewer", "a.b"];

/** Draws a set. @param below - A number from 0 to below the one given. @param id - In all names; of lower-case letters and digits */
export function randomRbac(below: (limit: number) => number, id: string): RandomRbac {
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const some = <T>(list: readonly T[], most: number): T[] => times(1 + below(most), () => pick(list));
  const chance = (percent: number): boolean => below(100) < percent;
  const namespaces = times(counts.namespaces, (n) => `r-${id}-${n}`);
  const nowhere = `r-${id}-nowhere`;
  // Where service accounts are: in few, so that bindings and questions are about the same ones.
  const homes = [...namespaces.slice(0, 5), nowhere];

  const resourceRule = (): PolicyRule => ({
    verbs: some(verbs, 3),
    apiGroups: chance(12) ? ["*"] : some(groups, 2),
    resources: chance(8)
      ? ["*"]
      : times(1 + below(3), () => {
          const subresource = pick(subresources);
          const resource = chance(15) ? "*" : pick(resources);
          return subresource ? `${resource}/${subresource}` : pick(resources);
        }),
    ...(chance(25) && { resourceNames: some(names, 2) }),
  });
  const pathRule = (): PolicyRule => ({ verbs: some(verbs, 2), nonResourceURLs: some(pathRules, 2) });
  const clusterRules = (): PolicyRule[] => times(below(4), () => (chance(20) ? pathRule() : resourceRule()));

  // Roles without a tier are in no selection, so only they may have rules that the controller overwrites: in a circle
  // it would depend on its order what becomes of them.
  const labels = (tier: boolean): Record<string, string> => ({
    [setLabel]: id,
    ...(tier && { tier: pick(["one", "two", "three", ""]) }),
    ...(tier && chance(40) && { side: pick(["left", "right"]) }),
  });
  const selector = (): LabelSelector => ({
    matchLabels: { [setLabel]: id, ...(chance(50) && { tier: pick(["one", "two", "three", ""]) }) },
    matchExpressions: [
      { key: "tier", operator: "Exists" },
      ...(chance(40)
        ? [{ key: "side", operator: pick(["In", "NotIn"] as const), values: some(["left", "right", "up"], 2) }]
        : []),
      ...(chance(20) ? [{ key: "side", operator: pick(["Exists", "DoesNotExist"] as const) }] : []),
    ],
  });

  const clusterRoleName = (n: number): string => `r-${id}-${n % 3 === 0 ? "Role:" : "role-"}${n}`;
  const clusterRoles = times(counts.clusterRoles, (n): ClusterRole => {
    const role = { apiVersion, kind: "ClusterRole" } as const;
    if (n >= counts.aggregated) {
      return { ...role, metadata: { name: clusterRoleName(n), labels: labels(chance(80)) }, rules: clusterRules() };
    }
    const tier = chance(70);
    return {
      ...role,
      metadata: { name: clusterRoleName(n), labels: labels(tier) },
      aggregationRule: { clusterRoleSelectors: times(1 + below(2), selector) },
      rules: tier ? [] : clusterRules(),
    };
  });
  const roles = times(
    counts.roles,
    (n): Role => ({
      apiVersion,
      kind: "Role",
      metadata: {
        name: `role-${Math.floor(n / counts.namespaces)}`,
        namespace: namespaces[n % counts.namespaces] as string,
      },
      rules: times(below(4), resourceRule),
    }),
  );

  const userOfAccount = (): string => `system:serviceaccount:${pick(homes)}:${pick(accounts)}`;
  const subject = (namespaced: boolean): Subject => {
    switch (below(4)) {
      case 0:
        return { kind: "Group", apiGroup, name: `${id} ${pick(teams)}` };
      case 1:
        return { kind: "User", apiGroup, name: chance(25) ? userOfAccount() : `${id} ${pick(people)}` };
      default:
        if (namespaced && chance(30)) return { kind: "ServiceAccount", name: pick(accounts) };
        return { kind: "ServiceAccount", name: pick(accounts), namespace: pick(homes) };
    }
  };
  const clusterRoleRef = () =>
    ({ apiGroup, kind: "ClusterRole", name: clusterRoleName(below(counts.clusterRoles + 8)) }) as const;
  const clusterRoleBindings = times(
    counts.clusterRoleBindings,
    (n): ClusterRoleBinding => ({
      apiVersion,
      kind: "ClusterRoleBinding",
      metadata: { name: `r-${id}-binding-${n}`, labels: { [setLabel]: id } },
      roleRef: clusterRoleRef(),
      subjects: times(below(3), () => subject(false)),
    }),
  );
  const roleBindings = times(
    counts.roleBindings,
    (n): RoleBinding => ({
      apiVersion,
      kind: "RoleBinding",
      metadata: { name: `${pick(["b", "Binding:"])}${n}`, namespace: pick(namespaces) },
      roleRef: chance(50) ? clusterRoleRef() : { apiGroup, kind: "Role", name: `role-${below(9)}` },
      subjects: times(below(4), () => subject(true)),
    }),
  );

  return {
    namespaces,
    clusterRoles,
    objects: [...clusterRoles, ...roles, ...clusterRoleBindings, ...roleBindings],
    question: () => ({
      subject: {
        user: chance(60) ? userOfAccount() : `${id} ${pick(people)}`,
        ...(chance(40) && { groups: times(below(3), () => (chance(3) ? "system:masters" : `${id} ${pick(teams)}`)) }),
      },
      attributes: chance(12)
        ? { verb: pick(verbs), path: pick(paths) }
        : {
            verb: pick(verbs),
            namespace: chance(85) ? pick(namespaces) : pick(["", nowhere]),
            group: pick(groups),
            version: pick(["", "v1beta1", "*"]),
            resource: pick(resources),
            subresource: pick(subresources),
            name: pick(names),
          },
    }),
  };
}

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
