import type { KubernetesObject } from "@kfp-ts/kubernetes";
import { type Comment, type Manifest, manifestOf } from "./manifest.ts";
import { ManifestError } from "./manifest-error.ts";
import { namespaceName, objectName } from "./names.ts";

/** Who gets rights: the pods that run as a service account, or a person. */
export type RoleBindingSubject =
  | { readonly kind: "ServiceAccount"; readonly namespace: string; readonly name: string }
  /** `name`: as the gateway passes it on, which is the address of the person's mail. */
  | { readonly kind: "User"; readonly name: string };

/** What the role binding is to be like, where it is not the documentation's. */
export interface RoleBindingManifestOptions {
  /** The namespace that rights are given in. @default "namespace-1" */
  readonly namespace?: string | undefined;
  /** Who gets them. @default the service account default-editor of namespace-2 */
  readonly subject?: RoleBindingSubject | undefined;
  /** What they may do there. @default "kubeflow-edit" */
  readonly clusterRole?: string | undefined;
  /** @default made of the subject and the cluster role: "allow-namespace-2-kubeflow-edit" */
  readonly name?: string | undefined;
}

const EXAMPLE: RoleBindingSubject = { kind: "ServiceAccount", namespace: "namespace-2", name: "default-editor" };

/**
 * A role binding that lets somebody use Kubeflow Pipelines in a namespace that is not theirs, as the documentation of
 * Kubeflow has it.
 *
 * @throws ManifestError for values that Kubernetes would refuse.
 */
export function roleBindingManifest(options: RoleBindingManifestOptions = {}): Manifest {
  const { namespace = "namespace-1", subject = EXAMPLE, clusterRole = "kubeflow-edit" } = options;
  const object: KubernetesObject = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: {
      name: options.name === undefined ? nameFor(subject, clusterRole) : roleName("role binding", options.name),
      namespace: namespaceName(namespace),
    },
    roleRef: {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "ClusterRole",
      name: roleName("cluster role", clusterRole),
    },
    subjects: [subjectOf(subject)],
  };
  return manifestOf(object, [
    [["metadata", "namespace"], "the rights are in this namespace, and in no other"],
    [["roleRef", "name"], "kubeflow-edit: use and change what is there; kubeflow-view: look at it"],
    ...subjectComments(subject),
  ]);
}

function subjectOf(subject: RoleBindingSubject) {
  if (subject.kind === "User") {
    if (subject.name.trim() === "")
      throw new ManifestError("The user is an empty text.", "Give the address: user@example.com.");
    return { kind: "User", apiGroup: "rbac.authorization.k8s.io", name: subject.name };
  }
  return {
    kind: "ServiceAccount",
    name: objectName("name of the service account", subject.name),
    namespace: namespaceName(subject.namespace),
  };
}

function subjectComments({ kind }: RoleBindingSubject): Comment[] {
  return kind === "User"
    ? [[["subjects", 0, "name"], "as Kubeflow's gateway tells it: the address of the profile's owner"]]
    : [[["subjects", 0, "namespace"], "where the service account is: the pods that run as it there get the rights"]];
}

/** Names of roles and bindings may hold more than others: only what cannot stand in a path is refused. */
function roleName(what: string, name: string): string {
  if (name !== "" && name !== "." && name !== ".." && !/[/%]/.test(name)) return name;
  throw new ManifestError(
    `The name of the ${what} is ${JSON.stringify(name)}, and Kubernetes takes no such name.`,
    "Take letters, digits, -, . and :.",
  );
}

function nameFor(subject: RoleBindingSubject, clusterRole: string): string {
  const who = subject.kind === "User" ? `user-${subject.name}` : subject.namespace;
  const slug = who
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return `allow-${slug}-${clusterRole}`;
}
