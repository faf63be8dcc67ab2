import type { Kubernetes, KubernetesObject } from "../kubernetes.ts";
import { KubernetesError } from "../kubernetes-error.ts";
import { listPages } from "../watch/list-pages.ts";
import type { FoundService, FoundServices } from "./found-service.ts";

/** Where services are looked for. */
export interface FindServicesOptions {
  /** Where to look, one by one, when all namespaces may not be listed together; that of the context is always one. */
  readonly namespaces?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of each request, in milliseconds. @default 10 000 */
  readonly timeoutMs?: number | undefined;
}

/** A service, as far as it is told of. */
interface Service extends KubernetesObject {
  readonly spec?: { readonly ports?: readonly { readonly name?: string; readonly port: number }[] | null };
}

/**
 * Services of some names, in all namespaces; where that is not allowed, in those that are given and that of the context.
 *
 * @param names - The preferred first: the services come in this order, then by namespace.
 * @throws KubernetesError, also where not one namespace may be looked into
 */
export async function findServices(
  kubernetes: Kubernetes,
  names: readonly string[],
  options: FindServicesOptions = {},
): Promise<FoundServices> {
  const all = await Promise.allSettled(names.map((name) => everywhere(kubernetes, name, options)));
  const refusals = all.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
  const [refusal] = refusals;
  if (refusal === undefined) {
    const services = all.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
    return { services, namespaces: undefined, refusal: undefined };
  }
  const other = refusals.find((each) => !isForbidden(each));
  if (other !== undefined) throw other;
  const { namespace } = kubernetes.access;
  const namespaces = [...new Set([...(options.namespaces ?? []), ...(namespace === undefined ? [] : [namespace])])];
  const looked = await Promise.all(namespaces.map((each) => inNamespace(kubernetes, each, names, options)));
  const allowed = namespaces.filter((_, index) => looked[index] !== undefined);
  if (allowed.length === 0) throw refusal;
  const found = looked.flatMap((services) => services ?? []);
  const services = names.flatMap((name) => inOrder(found.filter((service) => service.name === name)));
  return { services, namespaces: allowed, refusal: refusal as Error };
}

/** The services of a name in all namespaces. */
async function everywhere(
  kubernetes: Kubernetes,
  name: string,
  { signal, timeoutMs }: FindServicesOptions,
): Promise<readonly FoundService[]> {
  const query = { fieldSelector: `metadata.name=${name}` };
  const { items } = await listPages<Service>((call) => kubernetes.call(call), "/api/v1/services", {
    query,
    signal,
    timeoutMs,
  });
  return inOrder(items.map(foundService));
}

/** Those of one namespace, one by one: a role may allow to get some by name, and not to list. undefined: none may be. */
async function inNamespace(
  kubernetes: Kubernetes,
  namespace: string,
  names: readonly string[],
  { signal, timeoutMs }: FindServicesOptions,
): Promise<readonly FoundService[] | undefined> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services`;
  const found = await Promise.all(
    names.map((name) =>
      kubernetes
        .call<Service>({ method: "GET", path: `${path}/${encodeURIComponent(name)}`, signal, timeoutMs })
        .then(foundService, (error: unknown) => {
          if (isForbidden(error)) return undefined;
          if (error instanceof KubernetesError && error.status === 404) return null;
          throw error;
        }),
    ),
  );
  if (found.every((each) => each === undefined)) return undefined;
  return found.filter((each) => each !== undefined && each !== null);
}

function foundService({ metadata, spec }: Service): FoundService {
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    ports: (spec?.ports ?? []).map(({ name, port }) => ({ name, port })),
  };
}

function inOrder(services: readonly FoundService[]): readonly FoundService[] {
  return services.toSorted((one, other) => (one.namespace < other.namespace ? -1 : 1));
}

function isForbidden(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 403;
}
