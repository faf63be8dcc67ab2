import type { TunnelsPort } from "../connect/ports.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import type { InCluster, Tunnel } from "../tunnels/tunnel.ts";
import { failed, good, noted, type Probes, type Seen } from "./probes.ts";

/** Ways into a cluster, with a probe for each step that is taken: what the cluster has, and which pod a tunnel reaches. */
export function watchedTunnels(tunnels: TunnelsPort, probes: Probes): TunnelsPort {
  const watch = async <T>(work: () => Promise<T>, say: (outcome: T) => Seen | undefined): Promise<T> => {
    const began = probes.now;
    try {
      const outcome = await work();
      const seen = say(outcome);
      if (seen !== undefined) probes.note("cluster", seen, probes.now - began);
      return outcome;
    } catch (error) {
      if (isKfpError(error)) probes.note("cluster", failed(error.message, error.code), probes.now - began);
      throw error;
    }
  };
  return {
    find: (options) => watch(() => tunnels.find(options), ofCluster),
    open: (options) => {
      let pod: string | undefined;
      return watch(
        () =>
          tunnels.open({
            ...options,
            onEvent: (event) => {
              if (event.type === "forwarding") pod = event.pod;
              options.onEvent?.(event);
            },
          }),
        (tunnel) => ofTunnel(tunnel, pod),
      );
    },
  };
}

function ofCluster(cluster: InCluster | undefined): Seen | undefined {
  if (cluster === undefined) return undefined;
  const { kubeContext, server, services, namespaces, refusal } = cluster;
  const where = kubeContext === undefined ? "the cluster of this pod" : `the context ${kubeContext}`;
  const found = services.map(({ namespace, name }) => `${namespace}/${name}`).join(", ");
  const looked = namespaces === undefined ? "any namespace" : namespaces.join(", ");
  const has = found === "" ? `no such service in ${looked}` : found;
  const saw = `the Kubernetes API of ${where} (${server}) answers, and has ${has}`;
  return refusal === undefined ? good(saw) : noted(`${saw}; not all namespaces may be looked into`, refusal.code);
}

function ofTunnel({ namespace, service, port, localPort }: Tunnel, pod: string | undefined): Seen {
  const reached = pod === undefined ? "" : `, and reaches the pod ${pod}`;
  return good(`a tunnel leads from 127.0.0.1:${localPort} to port ${port} of ${namespace}/${service}${reached}`);
}
