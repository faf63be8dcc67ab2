import { Client, KfpError } from "@kfp-ts/sdk";
import type { ServiceName, Tunnel, TunnelEvent } from "@kfp-ts/sdk/tunnels";
import type { ChosenCluster } from "./cluster-choice.ts";
import { type TunnelTarget, writeTarget } from "./target.ts";

/** What a tunnel is opened with. */
export interface ForwardOptions {
  readonly cluster: ChosenCluster;
  readonly target: TunnelTarget;
  /** Whether there is something to send that says who is asking: then nobody has to log in at a gateway. */
  readonly hasCredentials: boolean;
  /** The namespace that somebody works in: where it has the service, that one is meant. */
  readonly likely?: string | undefined;
  /** The port on this machine; any that is free where left out. */
  readonly localPort: number | undefined;
  readonly signal: AbortSignal;
  readonly onEvent: (event: TunnelEvent) => void;
}

/** An open tunnel, and why it leads where it does. */
export interface Forward {
  readonly tunnel: Tunnel;
  /** What somebody who has not named the service wants to know. */
  readonly note?: string | undefined;
}

/**
 * Opens a tunnel to the service that was said, else to the one that is found: Kubeflow Pipelines itself, or where that
 * tells users apart the gateway that people log in at.
 *
 * @throws KfpError
 */
export async function openForward(options: ForwardOptions): Promise<Forward> {
  const { cluster, target, hasCredentials, likely, signal } = options;
  const { namespace, service } = target;
  if (namespace !== undefined && service !== undefined) return { tunnel: await open(options, { namespace, service }) };
  const { chooseService, findInCluster, gateway, gatewayIn, namespacesToLookInto, pipelinesServices } = await import(
    "@kfp-ts/sdk/tunnels"
  );
  const names = service === undefined ? pipelinesServices : [service];
  const wanted = { namespace, likely };
  const found = await findInCluster({
    ...cluster,
    names: service === undefined ? [...names, gateway.service] : names,
    namespaces: namespacesToLookInto(wanted),
    signal,
  });
  if (found === undefined) {
    throw new KfpError("KUBECONFIG_UNUSABLE", {
      message: "There is no kubeconfig: KUBECONFIG is not set, and there is no ~/.kube/config.",
      fix: "Say where one is with --kubeconfig PATH, or get one from whoever runs the cluster.",
    });
  }
  const chosen = chooseService(found, names, wanted, (one) =>
    writeTarget({ ...one, kubeContext: cluster.kubeContext, port: target.port }),
  );
  const asking = hasCredentials || service !== undefined || namespace !== undefined ? undefined : gatewayIn(found);
  if (asking === undefined) return { tunnel: await open(options, chosen) };
  return throughGateway(options, chosen, asking);
}

/** Looks through a first tunnel whether Kubeflow Pipelines tells users apart: then people come in by the gateway. */
async function throughGateway(options: ForwardOptions, direct: ServiceName, gateway: ServiceName): Promise<Forward> {
  const tunnel = await open(options, direct);
  const client = new Client({ host: tunnel.host, maxRetries: 0, timeoutMs: 5_000, signal: options.signal });
  try {
    const { multiUser } = await client.healthz.get();
    if (!multiUser) return { tunnel };
  } catch (error) {
    // Whatever is wrong with it, it will be told to whoever uses the tunnel.
    if (options.signal.aborted) throw error;
    return { tunnel };
  } finally {
    await client.close();
  }
  await tunnel.close();
  const note =
    `${direct.namespace}/${direct.service} tells users apart, so this leads to the gateway, where people log in; ` +
    `whoever has a token of a service account names ${direct.namespace}/${direct.service} instead.`;
  return { tunnel: await open(options, gateway), note };
}

async function open(options: ForwardOptions, { namespace, service }: ServiceName): Promise<Tunnel> {
  const { cluster, target, localPort, signal, onEvent } = options;
  const { openTunnel } = await import("@kfp-ts/sdk/tunnels");
  return openTunnel({
    ...cluster,
    namespace,
    service,
    port: target.port,
    localPort,
    holdsProcess: true,
    signal,
    onEvent,
  });
}
