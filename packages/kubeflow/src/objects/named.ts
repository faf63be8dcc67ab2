import type { Subject } from "../rbac/rbac-objects.ts";
import type { KubeflowObject } from "./kubeflow-object.ts";
import { dnsLabel, dnsSubdomain } from "./names.ts";

/** A service account by where it is. */
export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** Every namespace that objects name, sorted: their own, and those of service accounts that are bound. */
export function namedNamespaces(objects: readonly KubeflowObject[]): readonly string[] {
  const names = new Set(namedServiceAccounts(objects).map(({ namespace }) => namespace));
  for (const object of objects) {
    const { name, namespace } = object.metadata;
    if (namespace) names.add(namespace);
    if ((object.kind === "Namespace" || object.kind === "Profile") && name) names.add(name);
  }
  return [...names].sort();
}

/** Every service account that objects name, sorted: those that are objects themselves, that are bound, or own a profile. */
export function namedServiceAccounts(objects: readonly KubeflowObject[]): readonly ServiceAccountName[] {
  const found = new Map<string, ServiceAccountName>();
  const add = (namespace: string | undefined, name: string): void => {
    // Kubernetes takes any text for the namespace of somebody who is bound; none that cannot be is ever there.
    if (!namespace || dnsLabel(namespace) || dnsSubdomain(name)) return;
    found.set(`${namespace}/${name}`, { namespace, name });
  };
  for (const object of objects) {
    const { namespace } = object.metadata;
    if (object.kind === "ServiceAccount") add(object.metadata.namespace, object.metadata.name);
    for (const subject of subjectsOf(object)) {
      if (subject.kind === "ServiceAccount") add(subject.namespace || namespace, subject.name);
      if (subject.kind !== "User") continue;
      const [, ofUser, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject.name) ?? [];
      if (name) add(ofUser, name);
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, account]) => account);
}

function subjectsOf(object: KubeflowObject): readonly Subject[] {
  switch (object.kind) {
    case "RoleBinding":
    case "ClusterRoleBinding":
      return object.subjects ?? [];
    case "Profile":
      return [object.spec.owner];
    default:
      return [];
  }
}
