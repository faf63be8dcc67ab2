import type { PortForward, PortForwardEvent, ServicePort } from "@kfp-ts/kubernetes";
import { badOption } from "../errors/bad-argument.ts";
import type { KfpError } from "../errors/kfp-error.ts";
import { clusterFailure } from "./cluster-failure.ts";
import type { Tunnel, TunnelEvent, TunnelOptions } from "./tunnel.ts";

/**
 * Opens a tunnel: a port of 127.0.0.1 that leads to a pod of a service that is ready, through the Kubernetes API, without
 * kubectl. Once it is open, a first connection to a pod has been made: what is not allowed is known. It does not keep the
 * program from ending.
 *
 * @throws KfpError KUBECONFIG_UNUSABLE, CLUSTER_UNREACHABLE, CLUSTER_DENIED, SERVICE_NOT_FOUND, TUNNEL_FAILED, PORT_IN_USE,
 *   BAD_OPTION for a port that cannot be; what the signal is aborted with
 */
export async function openTunnel(options: TunnelOptions): Promise<Tunnel> {
  const { env, kubeContext, kubeconfig, interactive, signal, namespace, service, port, onEvent } = options;
  const { localPort, patienceMs, holdsProcess } = options;
  if (localPort !== undefined && !(Number.isInteger(localPort) && localPort >= 0 && localPort <= 65_535)) {
    throw badOption(`The local port is ${localPort}, which is no port.`, "Name one from 1 to 65535, or leave it out.");
  }
  signal?.throwIfAborted();
  // Whoever opens no tunnel loads nothing of Kubernetes.
  const { openKubernetes, openPortForward } = await import("@kfp-ts/kubernetes");
  const kubernetes = await openKubernetes({ env, context: kubeContext, kubeconfig, interactive }).catch((error) => {
    throw clusterFailure(error, { namespace });
  });
  const { server, context } = kubernetes.access;
  const failed = (error: unknown): KfpError => clusterFailure(error, { server, namespace });
  const end = (): void => kubernetes.close();
  try {
    const forward = await openPortForward(
      kubernetes,
      { namespace, service, port },
      {
        localPort,
        patienceMs,
        holdsProcess,
        signal,
        onEvent: onEvent && ((event) => onEvent(tunnelEvent(event, failed))),
      },
    );
    return tunnelOf(forward, { kubeContext: context, server, failed, end });
  } catch (error) {
    end();
    throw signal?.aborted ? signal.reason : failed(error);
  }
}

/** What a tunnel knows beside its port-forward. */
interface Around {
  readonly kubeContext: string | undefined;
  readonly server: string;
  readonly failed: (error: unknown) => KfpError;
  readonly end: () => void;
}

function tunnelOf(forward: PortForward, { kubeContext, server, failed, end }: Around): Tunnel {
  const { target, servicePort, localPort } = forward;
  let hasEnded = false;
  return {
    kubeContext,
    server,
    namespace: target.namespace,
    service: target.service,
    port: servicePort.number,
    localPort,
    host: `${speaksTls(servicePort) ? "https" : "http"}://127.0.0.1:${localPort}`,
    failure: () => {
      // What its end has cut is no failure.
      const failure = hasEnded ? undefined : forward.failure();
      return failure === undefined ? undefined : failed(failure);
    },
    close: async () => {
      hasEnded = true;
      await forward.close();
      end();
    },
  };
}

function speaksTls({ number, name, appProtocol }: ServicePort): boolean {
  if (appProtocol !== undefined) return /^(https|wss|kubernetes\.io\/wss)$/i.test(appProtocol);
  return number === 443 || (name !== undefined && /^https(-|$)/.test(name));
}

function tunnelEvent(event: PortForwardEvent, failed: (error: unknown) => KfpError): TunnelEvent {
  return event.type === "forwarding" ? event : { ...event, error: failed(event.error) };
}
