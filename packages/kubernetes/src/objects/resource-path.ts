import type { Kubernetes } from "../kubernetes.ts";
import { KubernetesError } from "../kubernetes-error.ts";

/** Which object is meant. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Of kinds that live in one. @default the namespace of the context or pod, else `default` */
  readonly namespace?: string | undefined;
}

/** How the API speaks of a kind. */
interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** What each cluster has told of the kinds of an API version; a kind that was missing is asked for again. */
const discovered = new WeakMap<Kubernetes, Map<string, Promise<readonly Resource[]>>>();

/**
 * The path of an object's collection: where its kind lives is asked of the cluster, once.
 *
 * @param namespace - null: of all namespaces.
 * @throws KubernetesError 404 where the cluster has no such kind.
 */
export async function collectionPath(
  kubernetes: Kubernetes,
  {
    apiVersion,
    kind,
    namespace,
  }: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string | null | undefined },
  signal?: AbortSignal,
): Promise<string> {
  const { name, namespaced } = await resourceOf(kubernetes, apiVersion, kind, signal);
  const root = groupPath(apiVersion);
  if (!namespaced || namespace === null) return `${root}/${name}`;
  const inside = namespace ?? kubernetes.access.namespace ?? "default";
  return `${root}/namespaces/${encodeURIComponent(inside)}/${name}`;
}

/** The path of an object. @throws KubernetesError 404 where the cluster has no such kind. */
export async function objectPath(
  kubernetes: Kubernetes,
  reference: ObjectReference,
  signal?: AbortSignal,
): Promise<string> {
  return `${await collectionPath(kubernetes, reference, signal)}/${encodeURIComponent(reference.name)}`;
}

async function resourceOf(
  kubernetes: Kubernetes,
  apiVersion: string,
  kind: string,
  signal: AbortSignal | undefined,
): Promise<Resource> {
  const cache = discovered.get(kubernetes) ?? new Map<string, Promise<readonly Resource[]>>();
  discovered.set(kubernetes, cache);
  const find = (resources: readonly Resource[]): Resource | undefined =>
    resources.find((resource) => resource.kind === kind && !resource.name.includes("/"));

  const kept = cache.get(apiVersion);
  if (kept !== undefined) {
    const found = find(await kept.catch(() => []));
    if (found !== undefined) return found;
  }
  const asked = discover(kubernetes, apiVersion, kind, signal);
  cache.set(apiVersion, asked);
  const found = find(
    await asked.catch((error: unknown) => {
      if (cache.get(apiVersion) === asked) cache.delete(apiVersion);
      throw error;
    }),
  );
  if (found === undefined) throw noSuchKind(apiVersion, kind);
  return found;
}

async function discover(
  kubernetes: Kubernetes,
  apiVersion: string,
  kind: string,
  signal: AbortSignal | undefined,
): Promise<readonly Resource[]> {
  try {
    const list = await kubernetes.call<{ readonly resources?: readonly Resource[] }>({
      method: "GET",
      path: groupPath(apiVersion),
      signal,
    });
    return list.resources ?? [];
  } catch (error) {
    throw error instanceof KubernetesError && error.status === 404 ? noSuchKind(apiVersion, kind) : error;
  }
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function noSuchKind(apiVersion: string, kind: string): KubernetesError {
  const message = `The cluster knows no ${kind} of ${apiVersion}. Install what defines it (its CustomResourceDefinition), or correct apiVersion and kind.`;
  return new KubernetesError(message, { status: 404, reason: "NotFound" });
}
