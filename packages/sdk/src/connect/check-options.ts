import { wholeNumber } from "../call/times.ts";
import { badOption } from "../errors/bad-argument.ts";
import { KfpError } from "../errors/kfp-error.ts";
import type { ConnectOptions } from "./connect-options.ts";
import type { ConnectPorts } from "./ports.ts";

const tunnelNames = ["kubeContext", "kubeconfig", "service", "localPort"] as const;

/** Whether the options ask for a tunnel. */
export function wantsTunnel(options: ConnectOptions): boolean {
  return tunnelNames.some((name) => options[name] !== undefined);
}

/**
 * Looks whether the options name one way alone, and one that there is here.
 *
 * @throws KfpError BAD_OPTION, NOT_SUPPORTED_HERE
 */
export function checkWay(options: ConnectOptions, ports: ConnectPorts): void {
  const ways = (["host", "context", ...tunnelNames] as const).filter((name) => options[name] !== undefined);
  const tunnel = ways.filter((name) => name !== "host" && name !== "context");
  const exclusive = ways.filter((name) => name === "host" || name === "context");
  if (exclusive.length + Math.min(1, tunnel.length) > 1) {
    throw badOption(
      `${ways.join(", ")} exclude each other: each names a way of its own.`,
      "Leave all but one of host, context and the options of a tunnel (kubeContext, kubeconfig, service, localPort) out.",
    );
  }
  for (const name of ways) {
    const value: unknown = options[name];
    if (name !== "localPort" && typeof value !== "string") throw badOption(`${name} is no text.`);
    if (name !== "host" && value === "") throw badOption(`${name} is an empty text.`, "Leave it out.");
  }
  const { localPort } = options;
  if (localPort !== undefined && (wholeNumber("localPort", localPort) < 1 || localPort > 65_535)) {
    throw badOption(`localPort is ${localPort}, which is no port.`, "Give one from 1 to 65535, or leave it out.");
  }
  const missing =
    (options.context !== undefined && ports.contexts === undefined) ||
    (tunnel.length > 0 && ports.tunnels === undefined);
  if (missing) {
    throw new KfpError("NOT_SUPPORTED_HERE", {
      message: `There are no ${options.context === undefined ? "tunnels" : "saved contexts"} here (${ways.join(", ")}).`,
      fix: 'Pass the host: connect({ host: "https://kubeflow.example.com/pipeline" })',
    });
  }
}

/** Whether headers that were passed say who is asking. */
export function saysWho(headers: ConnectOptions["headers"]): boolean {
  return Object.keys(headers ?? {}).some((name) => /^(authorization|cookie)$/i.test(name));
}
