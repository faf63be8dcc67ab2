import type { Kubernetes, KubernetesObject } from "../kubernetes.ts";
import { KubernetesError } from "../kubernetes-error.ts";
import type { PortForwardTarget, ServicePort } from "./port-forward.ts";
import { PortForwardError } from "./port-forward-error.ts";

/** A service, as far as its pods are to be found by it. */
export interface Service extends KubernetesObject {
  readonly spec?: {
    readonly type?: string;
    readonly externalName?: string;
    readonly selector?: Readonly<Record<string, string>> | null;
    readonly ports?: readonly PortOfService[] | null;
  };
}

/** One port of a service. */
export interface PortOfService {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
  /** The port of the pods: its number, or the name that the pods have for it. @default the same number */
  readonly targetPort?: number | string;
}

/**
 * The service that a port-forward leads to.
 *
 * @throws PortForwardError SERVICE_NOT_FOUND, NO_PODS for one that is only another name; KubernetesError
 */
export async function getService(
  kubernetes: Kubernetes,
  { namespace, service }: PortForwardTarget,
  signal: AbortSignal,
): Promise<Service> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(service)}`;
  const found = await kubernetes.call<Service>({ method: "GET", path, signal }).catch((cause: unknown) => {
    if (!(cause instanceof KubernetesError) || cause.status !== 404) throw cause;
    const fact = `There is no service ${service} in the namespace ${namespace} of the cluster at ${kubernetes.access.server}.`;
    throw new PortForwardError("SERVICE_NOT_FOUND", fact, { cause });
  });
  if (found.spec?.type === "ExternalName") {
    const other = found.spec.externalName ?? "another host";
    const fact = `The service ${namespace}/${service} has no pods: it is another name for ${other} (ExternalName).`;
    throw new PortForwardError("NO_PODS", `${fact} Name the service that is behind it.`);
  }
  return found;
}

/**
 * The port of a service that is meant: by number or name, else its only one, the one named http, 80, or its first.
 *
 * @throws PortForwardError UNKNOWN_PORT with those that it has.
 */
export function portOfService({ spec }: Service, { namespace, service, port }: PortForwardTarget): PortOfService {
  const ports = (spec?.ports ?? []).filter(({ protocol = "TCP" }) => protocol === "TCP");
  const found =
    port === undefined
      ? (ports.find(({ name }) => name === "http") ?? ports.find((each) => each.port === 80) ?? ports[0])
      : (ports.find((each) => each.port === Number(port)) ?? ports.find(({ name }) => name === port));
  if (found !== undefined) return found;
  const has = ports
    .map((each) => (each.name === undefined ? `${each.port}` : `${each.port} (${each.name})`))
    .join(", ");
  const asked = port === undefined ? "no TCP port" : `no port ${port}`;
  throw new PortForwardError(
    "UNKNOWN_PORT",
    `The service ${namespace}/${service} has ${asked}. It has: ${has || "none"}.`,
  );
}

/** What is told of a service's port. */
export function servicePortOf({ port, name, appProtocol }: PortOfService): ServicePort {
  return { number: port, name, appProtocol };
}
