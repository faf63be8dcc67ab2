import {
  applyObject,
  getObject,
  type Kubernetes,
  type KubernetesObject,
  type ObjectReference,
} from "@kfp-ts/kubernetes";
import { yamlOf } from "./manifest.ts";
import { unifiedDiff } from "./unified-diff.ts";

/** The name under which fields are owned that are applied from here. */
export const FIELD_MANAGER = "kfp-ts";

/** What applying an object comes to, in kubectl's words. */
export type ApplyOutcome = "created" | "configured" | "unchanged";

/** What applying an object would change. */
export interface ObjectChange {
  readonly object: KubernetesObject;
  /** As people write it: `rolebinding.rbac.authorization.k8s.io/allow-me`. */
  readonly title: string;
  readonly outcome: ApplyOutcome;
  /** From what is there to what would be, as `diff -u` shows it; empty where nothing changes. */
  readonly diff: string;
}

/** How objects are applied. */
export interface ApplyOptions {
  /** Take fields that another field manager owns. @default false */
  readonly force?: boolean | undefined;
}

/**
 * Asks a cluster what applying objects would change. Nothing is changed: the cluster tries it (a dry run), with its
 * defaults, validation and admission.
 *
 * @throws KubernetesError where the cluster would refuse it; 409 where another field manager owns a field.
 */
export async function planApply(
  kubernetes: Kubernetes,
  objects: readonly KubernetesObject[],
  { force = false }: ApplyOptions = {},
): Promise<readonly ObjectChange[]> {
  const changes: ObjectChange[] = [];
  for (const object of objects) {
    const now = await getObject(kubernetes, referenceTo(object));
    const then = await applyObject(kubernetes, object, { fieldManager: FIELD_MANAGER, force, dryRun: true });
    const title = titleOf(object);
    const diff = unifiedDiff(
      now === undefined ? undefined : yamlOf(withoutVolatile(now)),
      yamlOf(withoutVolatile(then)),
      placeOf(object),
    );
    changes.push({
      object,
      title,
      diff,
      outcome: now === undefined ? "created" : diff === "" ? "unchanged" : "configured",
    });
  }
  return changes;
}

/**
 * Applies an object on the server's side; what would not be changed by it is left alone.
 *
 * @returns what it came to.
 * @throws KubernetesError where the cluster refuses it.
 */
export async function applyChange(
  kubernetes: Kubernetes,
  { object, outcome }: ObjectChange,
  { force = false }: ApplyOptions = {},
): Promise<ApplyOutcome> {
  if (outcome !== "unchanged") await applyObject(kubernetes, object, { fieldManager: FIELD_MANAGER, force });
  return outcome;
}

/** How an object is asked for. */
export function referenceTo({ apiVersion, kind, metadata }: KubernetesObject): ObjectReference {
  return { apiVersion, kind, name: metadata.name ?? "", namespace: metadata.namespace };
}

/** An object as kubectl names it: `pod/demo`, `poddefault.kubeflow.org/demo`. */
export function titleOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const [group, version] = apiVersion.split("/");
  return `${kind.toLowerCase()}${version === undefined ? "" : `.${group}`}/${metadata.name}`;
}

function placeOf(object: KubernetesObject): string {
  const { namespace } = object.metadata;
  return namespace === undefined ? titleOf(object) : `${titleOf(object)} in ${namespace}`;
}

/** Without what the server writes by itself: nobody asks for it, and some of it is new with every try. */
export function withoutVolatile({ status: _status, metadata, ...object }: KubernetesObject): Record<string, unknown> {
  const {
    managedFields: _managedFields,
    resourceVersion: _resourceVersion,
    uid: _uid,
    creationTimestamp: _creationTimestamp,
    generation: _generation,
    selfLink: _selfLink,
    ...rest
  } = metadata;
  const { apiVersion, kind, ...fields } = object;
  return { apiVersion, kind, metadata: rest, ...fields };
}
