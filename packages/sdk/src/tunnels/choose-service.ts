import { KfpError } from "../errors/kfp-error.ts";
import type { InCluster, ServiceInCluster, Tunnel } from "./tunnel.ts";

/** The services of Kubeflow Pipelines, the preferred first: the web server also answers where the mesh guards the API. */
export const pipelinesServices = ["ml-pipeline-ui", "ml-pipeline"] as const;
/** Where full Kubeflow lets people in who log in. */
export const gateway = { namespace: "istio-system", service: "istio-ingressgateway" } as const;

/** A service of a cluster. */
export interface ServiceName {
  readonly namespace: string;
  readonly service: string;
}

/** Which service is meant. */
export interface WantedService {
  /** Where it has to be; anywhere where left out. */
  readonly namespace?: string | undefined;
  /** The namespace that somebody works in: where it has the service, that one is meant. */
  readonly likely?: string | undefined;
}

/** Whether a service is a gateway of full Kubeflow, which serves the API below /pipeline. It may have another name. */
export function isGateway({ service }: Pick<ServiceName, "service">): boolean {
  return /gateway/.test(service);
}

/** What stands before /apis in the URLs of a tunnel. */
export function endpointOfTunnel(tunnel: Pick<Tunnel, "host" | "service">): string {
  return isGateway(tunnel) ? `${tunnel.host}/pipeline` : tunnel.host;
}

/** The gateway, where the cluster has one. */
export function gatewayIn({ services }: InCluster): ServiceName | undefined {
  const found = services.some(({ name, namespace }) => name === gateway.service && namespace === gateway.namespace);
  return found ? gateway : undefined;
}

/** Where to look one by one, when not all namespaces may be listed: where it has to be, else where it is likely. */
export function namespacesToLookInto({ namespace, likely }: WantedService): readonly string[] {
  if (namespace !== undefined) return [namespace];
  return [...new Set([...(likely === undefined ? [] : [likely]), "kubeflow", gateway.namespace])];
}

/**
 * Chooses the service that is meant: of each namespace the preferred one. It is never guessed which namespace, but the one
 * that somebody works in is likely.
 *
 * @param found - What there is.
 * @param names - What was looked for, the preferred first.
 * @param write - How one of several has to be named, a line of the remedy.
 * @throws KfpError SERVICE_NOT_FOUND, AMBIGUOUS_ENDPOINT, or CLUSTER_DENIED where not everywhere could be looked.
 */
export function chooseService(
  found: InCluster,
  names: readonly string[],
  { namespace, likely }: WantedService,
  write: (service: ServiceName) => string,
): ServiceName {
  const fitting = found.services.filter(
    (one) => names.includes(one.name) && (namespace === undefined || one.namespace === namespace),
  );
  const best = new Map<string, ServiceInCluster>();
  for (const one of fitting) {
    const before = best.get(one.namespace);
    if (before === undefined || names.indexOf(one.name) < names.indexOf(before.name)) best.set(one.namespace, one);
  }
  const own = likely === undefined ? undefined : best.get(likely);
  const [chosen, ...others] = own === undefined ? best.values() : [own];
  if (chosen === undefined) throw nothingFound(found, names, namespace);
  if (others.length === 0) return { namespace: chosen.namespace, service: chosen.name };
  const all = [chosen, ...others].map((one) => ({ namespace: one.namespace, service: one.name }));
  const what = all.map((one) => `${one.namespace}/${one.service}`).join(", ");
  throw new KfpError("AMBIGUOUS_ENDPOINT", {
    message: `${clusterIn(found)} has ${all.length} services that may be meant, and nothing says which: ${what}.`,
    fix: `Name one of them:\n${all.map((one) => `  ${write(one)}`).join("\n")}`,
  });
}

function nothingFound(found: InCluster, names: readonly string[], namespace: string | undefined): KfpError {
  const { namespaces, refusal } = found;
  const looked = namespaces === undefined ? "in any namespace" : `in ${namespaces.join(", ")}`;
  const what = `no service ${names.join(" or ")}`;
  const denied = (message: string): KfpError =>
    new KfpError("CLUSTER_DENIED", { message: `${message}: ${refusal?.message}`, fix: refusal?.fix, cause: refusal });
  // That nothing is where nobody could look is not known.
  if (namespace !== undefined && namespaces?.includes(namespace) === false) {
    return denied(`${clusterIn(found)} does not let this user look into the namespace ${namespace}`);
  }
  const message = `${clusterIn(found)} has ${what} ${namespace === undefined ? looked : `in the namespace ${namespace}`}.`;
  if (refusal === undefined || namespace !== undefined) return new KfpError("SERVICE_NOT_FOUND", { message });
  return denied(`${message} Other namespaces could not be looked into`);
}

function clusterIn({ kubeContext, server }: InCluster): string {
  return kubeContext === undefined ? `The cluster ${server}` : `The cluster of the context ${kubeContext} (${server})`;
}
