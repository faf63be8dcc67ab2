import { administratorBinding } from "../kubernetes-api/administrator.ts";
import type { KubeflowObject, Profile } from "../objects/kubeflow-object.ts";
import { namedNamespaces, namedServiceAccounts, type ServiceAccountName } from "../objects/named.ts";
import { objectsOf } from "../profiles/profile-objects.ts";
import { createRbac, type Rbac } from "../rbac/rbac.ts";
import type { RbacObject } from "../rbac/rbac-objects.ts";
import { kubeflowBindings, kubeflowClusterRoles } from "../rbac/roles-of-kubeflow.ts";
import { kubernetesBindings, kubernetesClusterRoles } from "../rbac/roles-of-kubernetes.ts";

/** What is built into a box, whatever its profiles and files are. */
export function builtInRules(systemNamespace: string, { administrator }: { administrator: boolean }): RbacObject[] {
  return [
    ...kubernetesClusterRoles(),
    ...kubernetesBindings(),
    ...kubeflowClusterRoles(),
    ...kubeflowBindings(systemNamespace),
    ...(administrator ? [administratorBinding()] : []),
  ];
}

/** What is built in, profiles and files, put together. */
export interface Rules {
  readonly rbac: Rbac;
  /** Namespaces that exist beside those of the profiles that are given. */
  readonly namespaces: readonly string[];
  /** Service accounts that exist beside those of the profiles that are given. */
  readonly serviceAccounts: readonly ServiceAccountName[];
  /** Profiles of the files. */
  readonly profilesOfFiles: readonly Profile[];
}

/** Puts rules together; of several objects of the same kind, namespace and name the last stands: that of a file. */
export function rulesOf(
  builtIn: readonly RbacObject[],
  profiles: readonly Profile[],
  files: readonly KubeflowObject[],
): Rules {
  const fromFiles = files.flatMap(withWhatProfilesBring);
  const named = [...builtIn, ...fromFiles];
  return {
    rbac: createRbac([...builtIn, ...profiles.flatMap(objectsOf), ...fromFiles].filter(isRbac)),
    namespaces: namedNamespaces(named),
    serviceAccounts: namedServiceAccounts(named),
    profilesOfFiles: files.filter(isProfile),
  };
}

/** A profile in a file is one on a cluster too: it brings its namespace, service accounts and bindings along. */
function withWhatProfilesBring(object: KubeflowObject): readonly KubeflowObject[] {
  return object.kind === "Profile" ? [object, ...objectsOf(object)] : [object];
}

function isProfile(object: KubeflowObject): object is Profile {
  return object.kind === "Profile";
}

function isRbac(object: KubeflowObject): object is RbacObject {
  return ["ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding"].includes(object.kind);
}
