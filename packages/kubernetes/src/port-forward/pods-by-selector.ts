import type { Kubernetes, KubernetesObject } from "../kubernetes.ts";
import { listPages } from "../watch/list-pages.ts";
import type { PodPort, ReadyPods } from "./pod-port.ts";
import type { PortForwardTarget } from "./port-forward.ts";
import { PortForwardError } from "./port-forward-error.ts";
import type { PortOfService, Service } from "./service.ts";

/** A pod, as far as it is looked at. */
interface Pod extends KubernetesObject {
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

interface Container {
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
  readonly restartPolicy?: string;
}

/**
 * The pods of a service, by its selector: for those who may list pods and not EndpointSlices.
 *
 * @throws PortForwardError NO_PODS for a service without a selector; KubernetesError
 */
export async function podsBySelector(
  kubernetes: Kubernetes,
  { namespace, service: name }: PortForwardTarget,
  { service, port }: { readonly service: Service; readonly port: PortOfService },
  signal: AbortSignal,
): Promise<Omit<ReadyPods, "servicePort">> {
  const selector = Object.entries(service.spec?.selector ?? {});
  if (selector.length === 0) {
    const fact = `The service ${namespace}/${name} has no selector, so its pods cannot be told.`;
    throw new PortForwardError("NO_PODS", `${fact} Name another service for the same pods.`);
  }
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const query = { labelSelector: selector.map(([key, value]) => `${key}=${value}`).join(",") };
  const { items } = await listPages<Pod>((call) => kubernetes.call(call), path, { query, signal });
  const pods: PodPort[] = [];
  const unready: string[] = [];
  for (const pod of items) {
    const { name: podName = "", uid = podName } = pod.metadata;
    const number = podPort(pod, port);
    if (isReady(pod) && number !== undefined) pods.push({ namespace, pod: podName, uid, port: number });
    else unready.push(podName);
  }
  return { pods, unready };
}

function isReady({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp !== undefined || status?.phase !== "Running") return false;
  return status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
}

/** The number of a pod's port. Its name is looked for in all containers that stay, also those that start first. */
function podPort({ spec }: Pod, { port, targetPort = port }: PortOfService): number | undefined {
  // Older servers write 0 for none.
  if (typeof targetPort === "number") return targetPort === 0 ? port : targetPort;
  const staying = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...(spec?.containers ?? []), ...staying]
    .flatMap(({ ports }) => ports ?? [])
    .find(({ name, protocol = "TCP" }) => name === targetPort && protocol === "TCP")?.containerPort;
}
