import { KfpError } from "@kfp-ts/sdk";
import type { InCluster, ServiceInCluster } from "@kfp-ts/sdk/tunnels";
import { type TunnelTarget, writeTarget } from "./target.ts";

/** Kubeflow Pipelines within a cluster, the better way in first. */
export const pipelinesServices = ["ml-pipeline-ui", "ml-pipeline"] as const;
/** The way in that asks people who they are, in full Kubeflow. */
export const gateway = { namespace: "istio-system", service: "istio-ingressgateway" } as const;
/** Where to look, when not all namespaces may be listed. */
export const usualNamespaces = ["kubeflow", gateway.namespace] as const;

/** A service of a cluster. */
export interface ServiceName {
  readonly namespace: string;
  readonly service: string;
}

/** Whether a service is a gateway of full Kubeflow, which serves the API below /pipeline. It may have another name. */
export function isGateway({ service }: { readonly service: string }): boolean {
  return /gateway/.test(service);
}

/** The gateway, where the cluster has one. */
export function gatewayIn({ services }: InCluster): ServiceName | undefined {
  const found = services.find(({ name, namespace }) => name === gateway.service && namespace === gateway.namespace);
  return found === undefined ? undefined : gateway;
}

/**
 * Chooses the service that is meant: of each namespace the preferred one. It is never guessed which namespace, but the one
 * that somebody works in is likely.
 *
 * @param found - What there is.
 * @param names - What was looked for, the preferred first.
 * @param namespace - Where it has to be; anywhere where left out.
 * @param likely - Where it is meant to be, if there is one.
 * @throws KfpError SERVICE_NOT_FOUND, AMBIGUOUS_ENDPOINT, or CLUSTER_DENIED where not everywhere could be looked.
 */
export function chooseService(
  found: InCluster,
  names: readonly string[],
  { kubeContext, namespace, likely }: TunnelTarget & { readonly likely?: string | undefined },
): ServiceName {
  const fitting = found.services.filter(
    (one) => names.includes(one.name) && (namespace === undefined || one.namespace === namespace),
  );
  const best = new Map<string, ServiceInCluster>();
  for (const one of fitting) {
    const before = best.get(one.namespace);
    if (before === undefined || names.indexOf(one.name) < names.indexOf(before.name)) best.set(one.namespace, one);
  }
  const own = best.get(likely ?? "");
  const [chosen, ...others] = own === undefined ? best.values() : [own];
  if (chosen === undefined) throw nothingFound(found, names, namespace);
  if (others.length === 0) return { namespace: chosen.namespace, service: chosen.name };
  const list = [chosen, ...others].map((one) => {
    const target = { kubeContext, namespace: one.namespace, service: one.name };
    return `  ${writeTarget(target)}`;
  });
  throw new KfpError("AMBIGUOUS_ENDPOINT", {
    message: `${clusterIn(found)} has ${list.length} services that may be meant.`,
    fix: `Name one of them:\n${list.join("\n")}`,
  });
}

function nothingFound(found: InCluster, names: readonly string[], namespace: string | undefined): KfpError {
  const where =
    namespace !== undefined
      ? `in the namespace ${namespace}`
      : found.namespaces === undefined
        ? "in any namespace"
        : `in ${found.namespaces.join(", ")}`;
  const what = names.length === 1 ? `no service ${names[0]}` : `no service ${names.join(" and no ")}`;
  const { refusal } = found;
  const message = `${clusterIn(found)} has ${what} ${where}.`;
  if (refusal === undefined || namespace !== undefined) return new KfpError("SERVICE_NOT_FOUND", { message });
  return new KfpError("CLUSTER_DENIED", {
    message: `${message} Other namespaces could not be looked into: ${refusal.message}`,
    fix: refusal.fix,
    cause: refusal,
  });
}

function clusterIn({ kubeContext, server }: InCluster): string {
  return kubeContext === undefined ? `The cluster ${server}` : `The cluster of the context ${kubeContext} (${server})`;
}
