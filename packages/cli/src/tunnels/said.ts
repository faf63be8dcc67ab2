import { UsageError } from "../command-error.ts";
import type { SharedOrigins, SharedValues } from "../command-line/shared-options.ts";
import type { Origin } from "../command-line/values.ts";
import { oneKubeContext } from "./cluster-choice.ts";
import type { TunnelTarget } from "./target.ts";

/** How to log in at what is behind a tunnel: sessions are kept by address. */
export const loginBesideTunnel =
  "Log in where the address stays: kfp-ts port-forward istio-system/istio-ingressgateway --local-port 8080, and beside " +
  "it: kfp-ts login http://127.0.0.1:8080/pipeline";

/** A tunnel that somebody has asked for. */
export interface SaidTunnel {
  readonly value: TunnelTarget;
  readonly from: Origin;
}

/**
 * The tunnel that the options ask for: --tunnel, or a cluster by itself. With --as-service-account the cluster may only be
 * that of the token.
 *
 * @throws UsageError where another way is said, too.
 */
export function tunnelSaid({
  shared,
  origins,
}: {
  readonly shared: SharedValues;
  readonly origins: SharedOrigins;
}): SaidTunnel | undefined {
  const { tunnel, kubeContext } = shared;
  const { kubeContext: byContext, kubeconfig: byFile, asServiceAccount } = origins;
  const from = origins.tunnel ?? (asServiceAccount === undefined ? (byContext ?? byFile) : undefined);
  if (from === undefined) return undefined;
  const another = [origins.endpoint, origins.context].find((origin) => origin?.kind === "option");
  if (another !== undefined) {
    throw new UsageError(
      `${from.name} and ${another.name} exclude each other: a tunnel is a way of its own.`,
      "Leave one of them out.",
    );
  }
  return { value: { ...tunnel, kubeContext: oneKubeContext(kubeContext, tunnel) }, from };
}
