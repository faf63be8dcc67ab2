import { isKfpError } from "@kfp-ts/sdk";
import type { Tunnel } from "@kfp-ts/sdk/tunnels";
import type { SharedValues } from "../command-line/shared-options.ts";
import type { Setting } from "../contexts/settings.ts";
import { nowhere } from "../endpoint.ts";
import type { Io } from "../io.ts";
import { chosenCluster } from "./cluster-choice.ts";
import { openForward } from "./forward.ts";
import { type TunnelTarget, writeTarget } from "./target.ts";
import { tellEvents } from "./tell-events.ts";

/** For whom a tunnel is opened. */
export interface TunnelUser {
  readonly shared: SharedValues;
  readonly io: Io;
  readonly signal: AbortSignal;
  /** Whether there is something to send that says who is asking. */
  readonly hasCredentials: boolean;
  /** The namespace that is worked in. */
  readonly namespace: string | undefined;
  /** Says something beside the result. */
  note(text: string): void;
}

/** What is looked for and not there is passed over; what is there and refuses is not. */
const passedOver: ReadonlySet<string> = new Set(["KUBECONFIG_UNUSABLE", "CLUSTER_UNREACHABLE", "SERVICE_NOT_FOUND"]);

/**
 * Opens the tunnel of a command. What was not said but found is told, with how to say it.
 *
 * @throws KfpError; UsageError where nobody has asked for one, and there is nothing that it could lead to.
 */
export async function openTunnelOf(
  { shared, io, signal, hasCredentials, namespace, note }: TunnelUser,
  { value: target, from }: Setting<TunnelTarget>,
): Promise<Tunnel> {
  io.waitingFor?.("Opening a way into the cluster of the kubeconfig");
  const cluster = chosenCluster(shared, target, io);
  const onEvent = shared.verbose ? tellEvents(io) : () => undefined;
  const options = { cluster, target, hasCredentials, likely: namespace, localPort: undefined, signal, onEvent };
  const opened = await openForward(options).catch((error: unknown) => {
    if (from.kind !== "kubeconfig" || !isKfpError(error) || !passedOver.has(error.code)) throw error;
    throw nowhere(`and the kubeconfig leads to none: ${error.message}`);
  });
  const { tunnel } = opened;
  if (target.namespace === undefined || target.service === undefined) {
    note(
      `Using ${tunnel.namespace}/${tunnel.service} of ${whichCluster(tunnel)} through a tunnel; ${howToSay(tunnel)}`,
    );
  }
  if (opened.note !== undefined) note(opened.note);
  return tunnel;
}

function whichCluster({ kubeContext, server }: Tunnel): string {
  return kubeContext === undefined ? `the cluster ${server}` : `the kubeconfig's context ${kubeContext}`;
}

function howToSay(tunnel: Tunnel): string {
  const { kubeContext, namespace, service } = tunnel;
  const target = writeTarget({ kubeContext, namespace, service });
  return `to say so: --tunnel ${target}, or for many commands: kfp-ts port-forward ${target}`;
}
