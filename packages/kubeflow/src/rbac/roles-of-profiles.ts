import type { ClusterRole, PolicyRule } from "./rbac-objects.ts";
import { clusterRole, rule } from "./write-role.ts";

const read = ["get", "list", "watch"];
const write = ["create", "delete", "deletecollection", "patch", "update"];

/** What is read of a namespace's own things with kubeflow-view, by API group; secrets are not among them. */
const readable: Readonly<Record<string, readonly string[]>> = {
  "": [
    "bindings",
    "configmaps",
    "endpoints",
    "events",
    "limitranges",
    "namespaces",
    "namespaces/status",
    "persistentvolumeclaims",
    "persistentvolumeclaims/status",
    "pods",
    "pods/log",
    "pods/status",
    "replicationcontrollers",
    "replicationcontrollers/scale",
    "replicationcontrollers/status",
    "resourcequotas",
    "resourcequotas/status",
    "serviceaccounts",
    "services",
    "services/status",
  ],
  apps: [
    "controllerrevisions",
    ...withStatus("daemonsets"),
    ...withScale("deployments"),
    ...withScale("replicasets"),
    ...withScale("statefulsets"),
  ],
  autoscaling: withStatus("horizontalpodautoscalers"),
  batch: [...withStatus("cronjobs"), ...withStatus("jobs")],
  extensions: [
    ...withStatus("daemonsets"),
    ...withScale("deployments"),
    ...withStatus("ingresses"),
    "networkpolicies",
    ...withScale("replicasets"),
    "replicationcontrollers/scale",
  ],
  policy: withStatus("poddisruptionbudgets"),
  "networking.k8s.io": [...withStatus("ingresses"), "networkpolicies"],
};

/** What is changed with kubeflow-edit. `serviceaccounts/token` is not among it: nobody mints tokens by it. */
const writable: Readonly<Record<string, readonly string[]>> = {
  "": [
    "configmaps",
    "endpoints",
    "persistentvolumeclaims",
    "pods",
    "pods/attach",
    "pods/exec",
    "pods/portforward",
    "pods/proxy",
    "replicationcontrollers",
    "replicationcontrollers/scale",
    "secrets",
    "serviceaccounts",
    "services",
    "services/proxy",
  ],
  apps: [
    "daemonsets",
    "deployments",
    "deployments/rollback",
    "deployments/scale",
    "replicasets",
    "replicasets/scale",
    "statefulsets",
    "statefulsets/scale",
  ],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
  extensions: [
    "daemonsets",
    "deployments",
    "deployments/rollback",
    "deployments/scale",
    "ingresses",
    "networkpolicies",
    "replicasets",
    "replicasets/scale",
    "replicationcontrollers/scale",
  ],
  policy: ["poddisruptionbudgets"],
  "networking.k8s.io": ["ingresses", "networkpolicies"],
};

/**
 * The roles that a profile's people have: kubeflow-admin its owner, kubeflow-edit and kubeflow-view those whom the
 * owner lets in. Each takes over the next, and what is labelled for it.
 */
export function profileRoles(): readonly ClusterRole[] {
  return [
    clusterRole("kubeflow-admin", { aggregates: "kubeflow-admin" }),
    clusterRole("kubeflow-edit", { aggregateTo: ["kubeflow-admin"], aggregates: "kubeflow-edit" }),
    clusterRole("kubeflow-view", { aggregateTo: ["kubeflow-edit"], aggregates: "kubeflow-view" }),
    clusterRole("kubeflow-kubernetes-admin", {
      aggregateTo: ["kubeflow-admin"],
      rules: [
        rule("authorization.k8s.io", ["localsubjectaccessreviews"], ["create"]),
        rule("rbac.authorization.k8s.io", ["rolebindings", "roles"], [...read, ...write]),
      ],
    }),
    clusterRole("kubeflow-kubernetes-edit", {
      aggregateTo: ["kubeflow-edit"],
      rules: [
        rule("", ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"], read),
        ...rulesOf(writable, write),
      ],
    }),
    clusterRole("kubeflow-kubernetes-view", { aggregateTo: ["kubeflow-view"], rules: rulesOf(readable, read) }),
  ];
}

/** Who may see and change PodDefaults: those of the webhook, and what the pages for notebooks add to them. */
export function podDefaultRoles(): readonly ClusterRole[] {
  const forNotebooks = ["notebooks", "notebooks/finalizers", "poddefaults"];
  return [
    clusterRole("kubeflow-poddefaults-admin", {
      aggregateTo: ["kubeflow-admin"],
      aggregates: "kubeflow-poddefaults-admin",
    }),
    clusterRole("kubeflow-poddefaults-edit", {
      aggregateTo: ["kubeflow-edit"],
      aggregates: "kubeflow-poddefaults-edit",
    }),
    clusterRole("kubeflow-poddefaults-view", {
      aggregateTo: ["kubeflow-poddefaults-admin", "kubeflow-poddefaults-edit", "kubeflow-view"],
      rules: [rule("kubeflow.org", ["poddefaults"], read)],
    }),
    clusterRole("kubeflow-notebook-ui-edit", {
      aggregateTo: ["kubeflow-edit"],
      rules: [rule("kubeflow.org", forNotebooks, ["get", "list", "create", "delete"])],
    }),
    clusterRole("kubeflow-notebook-ui-view", {
      aggregateTo: ["kubeflow-view"],
      rules: [rule("kubeflow.org", forNotebooks, ["get", "list"]), rule("storage.k8s.io", ["storageclasses"], read)],
    }),
  ];
}

function rulesOf(resources: Readonly<Record<string, readonly string[]>>, verbs: readonly string[]): PolicyRule[] {
  return Object.entries(resources).map(([group, ofGroup]) => rule(group, ofGroup, verbs));
}

function withStatus(resource: string): readonly string[] {
  return [resource, `${resource}/status`];
}

function withScale(resource: string): readonly string[] {
  return [resource, `${resource}/scale`, `${resource}/status`];
}
