import type { RbacObject, Subject } from "../rbac/rbac-objects.ts";
import { checkMetadata } from "./check-metadata.ts";
import { checkRbac, checkSubject } from "./check-rbac.ts";
import { checkSelector } from "./check-selector.ts";
import type { KubeflowObject, Profile } from "./kubeflow-object.ts";
import type { ObjectKind } from "./object-kinds.ts";
import { type Flaw, readShape } from "./shape.ts";

/**
 * Reads a value as an object of a kind: its fields and their types, then what else a Kubernetes API server checks.
 *
 * @returns the object as the server would keep it, defaults filled in; undefined where there are flaws.
 */
export function readObject(value: unknown, kind: ObjectKind, flaws: Flaw[]): KubeflowObject | undefined {
  const read = readShape(value, kind.shape, [], flaws);
  if (flaws.length > 0) return undefined;
  const object = { metadata: {}, ...(read as object), apiVersion: kind.apiVersion } as KubeflowObject;
  checkMetadata(object.kind, kind.namespaced, object.metadata, flaws);
  switch (object.kind) {
    case "Namespace":
    case "ServiceAccount":
      break;
    case "Profile":
      checkProfile(object, flaws);
      break;
    case "PodDefault":
      if (object.spec && !object.spec.selector) {
        const message = "A PodDefault needs spec.selector: which pods it is for; {} for all of the namespace.";
        flaws.push({ path: ["spec"], message });
      }
      checkSelector(object.spec?.selector ?? {}, ["spec", "selector"], flaws);
      break;
    default:
      checkRbac(object, flaws);
  }
  return flaws.length === 0 ? withDefaults(object, kind.namespaced) : undefined;
}

/** Kubernetes takes a profile without an owner; nobody could use its namespace then. */
function checkProfile(profile: Profile, flaws: Flaw[]): void {
  const owner: Partial<Subject> | undefined = profile.spec?.owner;
  if (!owner) {
    const message = "A Profile needs spec.owner: { kind: User, name: the name that the person signs in with }.";
    flaws.push({ path: ["spec"], message });
  } else checkSubject(owner, false, ["spec", "owner"], flaws);
}

/** What an API server fills in; and a namespace where none can be is dropped, as it does. */
function withDefaults(object: KubeflowObject, namespaced: boolean): KubeflowObject {
  if (object.kind === "RoleBinding" || object.kind === "ClusterRoleBinding") {
    const subjects = object.subjects?.map((subject) =>
      subject.kind === "ServiceAccount" ? subject : { ...subject, apiGroup: rbacGroup },
    );
    const roleRef = { ...object.roleRef, apiGroup: rbacGroup };
    return cleared({ ...object, roleRef, ...(subjects && { subjects }) }, namespaced);
  }
  return cleared(object, namespaced);
}

const rbacGroup = "rbac.authorization.k8s.io";

function cleared<Object extends KubeflowObject | RbacObject>(object: Object, namespaced: boolean): Object {
  if (namespaced || object.metadata.namespace === undefined) return object;
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
