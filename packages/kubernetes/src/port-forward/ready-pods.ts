import type { Kubernetes, KubernetesObject } from "../kubernetes.ts";
import { KubernetesError } from "../kubernetes-error.ts";
import { listPages } from "../watch/list-pages.ts";
import type { PodPort, ReadyPods } from "./pod-port.ts";
import { podsBySelector } from "./pods-by-selector.ts";
import type { PortForwardTarget } from "./port-forward.ts";
import { PortForwardError } from "./port-forward-error.ts";
import { getService, type PortOfService, portOfService, servicePortOf } from "./service.ts";

/**
 * The pods of a service that are ready, each with its own port: as the cluster keeps them (EndpointSlices), and where those
 * may not be read, by the service's selector.
 *
 * @throws PortForwardError SERVICE_NOT_FOUND, UNKNOWN_PORT, NO_PODS; KubernetesError
 */
export async function readyPods(
  kubernetes: Kubernetes,
  target: PortForwardTarget,
  signal: AbortSignal,
): Promise<ReadyPods> {
  const service = await getService(kubernetes, target, signal);
  const port = portOfService(service, target);
  const found = await podsByEndpointSlices(kubernetes, target, port, signal).catch(async (denied: unknown) => {
    if (!(denied instanceof KubernetesError) || (denied.status !== 403 && denied.status !== 404)) throw denied;
    return podsBySelector(kubernetes, target, { service, port }, signal).catch((error: unknown) => {
      // What has to be allowed is the better way; the other one is only its stand-in.
      throw error instanceof KubernetesError && error.status === 403 ? denied : error;
    });
  });
  return { ...found, servicePort: servicePortOf(port) };
}

/** An EndpointSlice, as far as it is looked at. Servers write null for what is empty. */
interface EndpointSlice extends KubernetesObject {
  readonly ports?:
    | readonly { readonly name?: string | null; readonly port?: number | null; readonly protocol?: string | null }[]
    | null;
  readonly endpoints?: readonly Endpoint[] | null;
}

interface Endpoint {
  readonly conditions?: { readonly ready?: boolean | null; readonly terminating?: boolean | null } | null;
  readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly uid?: string } | null;
}

async function podsByEndpointSlices(
  kubernetes: Kubernetes,
  { namespace, service }: PortForwardTarget,
  { name = "" }: PortOfService,
  signal: AbortSignal,
): Promise<Omit<ReadyPods, "servicePort">> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`;
  const query = { labelSelector: `kubernetes.io/service-name=${service}` };
  const { items } = await listPages<EndpointSlice>((call) => kubernetes.call(call), path, { query, signal });
  const pods = new Map<string, PodPort>();
  const unready = new Set<string>();
  let others = 0;
  for (const { ports, endpoints } of items) {
    const port = ports?.find((each) => (each.name ?? "") === name && (each.protocol ?? "TCP") === "TCP")?.port;
    for (const { conditions, targetRef } of endpoints ?? []) {
      if (targetRef?.kind !== "Pod" || targetRef.name === undefined) {
        others += 1;
      } else if (typeof port !== "number" || conditions?.ready === false || conditions?.terminating === true) {
        unready.add(targetRef.name);
      } else {
        // A pod with an IPv4 and an IPv6 address is in two slices.
        const uid = targetRef.uid ?? targetRef.name;
        pods.set(uid, { namespace, pod: targetRef.name, uid, port });
      }
    }
  }
  if (pods.size === 0 && unready.size === 0 && others > 0) {
    const fact = `The service ${namespace}/${service} leads to addresses that are no pods, and only pods can be forwarded to.`;
    throw new PortForwardError("NO_PODS", fact);
  }
  return { pods: [...pods.values()], unready: [...unready] };
}
