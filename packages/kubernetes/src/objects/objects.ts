import type { Kubernetes, KubernetesObject } from "../kubernetes.ts";
import { KubernetesError } from "../kubernetes-error.ts";
import { listPages } from "../watch/list-pages.ts";
import { collectionPath, type ObjectReference, objectPath } from "./resource-path.ts";

/** How a call about objects is made. */
export interface ObjectOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of each request, in milliseconds. @default 10 000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * An object of the cluster.
 *
 * @returns undefined where there is none of that name.
 * @throws KubernetesError, also where the cluster does not know the kind
 */
export async function getObject<T extends KubernetesObject = KubernetesObject>(
  kubernetes: Kubernetes,
  reference: ObjectReference,
  { signal, timeoutMs }: ObjectOptions = {},
): Promise<T | undefined> {
  const path = await objectPath(kubernetes, reference, signal);
  return orMissing(kubernetes.call<T>({ method: "GET", path, signal, timeoutMs }));
}

/** Options of {@link applyObject}. */
export interface ApplyOptions extends ObjectOptions {
  /** Who applies: Kubernetes remembers which fields are whose. */
  readonly fieldManager: string;
  /** Takes over fields that belong to another manager, where they would be a conflict (409). @default false */
  readonly force?: boolean | undefined;
  /** Nothing is kept: the answer is what the object would become. @default false */
  readonly dryRun?: boolean | undefined;
}

/**
 * Makes an object as it is given (server-side apply): creates it, or changes the fields that it names.
 *
 * @returns what it has become.
 * @throws KubernetesError 409 where a field belongs to another manager
 */
export async function applyObject<T extends KubernetesObject>(
  kubernetes: Kubernetes,
  object: T,
  { fieldManager, force, dryRun, signal, timeoutMs }: ApplyOptions,
): Promise<T> {
  const { apiVersion, kind, metadata } = object;
  if (metadata.name === undefined || metadata.name === "") {
    throw new KubernetesError(`A ${kind} without metadata.name cannot be applied. Name it.`, {
      status: 0,
      reason: "Invalid",
    });
  }
  const reference = { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
  return kubernetes.call<T>({
    method: "PATCH",
    path: await objectPath(kubernetes, reference, signal),
    query: { fieldManager, force: force === true ? true : undefined, dryRun: dryRun === true ? "All" : undefined },
    // JSON is YAML, and this is the one name that every server knows it by.
    contentType: "application/apply-patch+yaml",
    body: object,
    signal,
    timeoutMs,
  });
}

/** Options of {@link deleteObject}. */
export interface DeleteOptions extends ObjectOptions {
  readonly dryRun?: boolean | undefined;
  /** What becomes of the objects that it owns. @default what the cluster does: they go in the background */
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan" | undefined;
}

/**
 * Deletes an object. One with finalizers goes later.
 *
 * @returns false where there was none.
 * @throws KubernetesError, also where the cluster does not know the kind
 */
export async function deleteObject(
  kubernetes: Kubernetes,
  reference: ObjectReference,
  { dryRun, propagationPolicy, signal, timeoutMs }: DeleteOptions = {},
): Promise<boolean> {
  const path = await objectPath(kubernetes, reference, signal);
  const query = { dryRun: dryRun === true ? "All" : undefined, propagationPolicy };
  return (await orMissing(kubernetes.call<object>({ method: "DELETE", path, query, signal, timeoutMs }))) !== undefined;
}

/** Options of {@link listObjects}. */
export interface ListOptions extends ObjectOptions {
  /** `app=web,tier!=cache` */
  readonly labelSelector?: string | undefined;
  /** `metadata.name=web` */
  readonly fieldSelector?: string | undefined;
}

/**
 * All objects of a kind, of one namespace or, with `namespace: null`, of all.
 *
 * @throws KubernetesError, also where the cluster does not know the kind
 */
export async function listObjects<T extends KubernetesObject = KubernetesObject>(
  kubernetes: Kubernetes,
  collection: Omit<ObjectReference, "name" | "namespace"> & { readonly namespace?: string | null | undefined },
  { labelSelector, fieldSelector, signal, timeoutMs }: ListOptions = {},
): Promise<readonly T[]> {
  const path = await collectionPath(kubernetes, collection, signal);
  const query = { labelSelector, fieldSelector };
  const { items } = await listPages<T>((call) => kubernetes.call(call), path, { query, signal, timeoutMs });
  return items;
}

function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof KubernetesError && error.status === 404) return undefined;
    throw error;
  });
}
