import type { JsonObject } from "@kfp-ts/api";
import { endpointOfTunnel, isGateway, type Tunnel } from "@kfp-ts/sdk/tunnels";
import { printable } from "../output/printable.ts";
import type { Style } from "../output/style.ts";

/** What a person is told of a tunnel that is open: where it is, where it leads, and what to type next. */
export function tunnelText(tunnel: Tunnel, style: Style): string {
  const endpoint = endpointOfTunnel(tunnel);
  const { namespace, service, port, kubeContext, server } = tunnel;
  const cluster = kubeContext === undefined ? server : `${printable(kubeContext)}, ${server}`;
  const next = isGateway(tunnel)
    ? [`kfp-ts login ${endpoint}`, `export KF_PIPELINES_ENDPOINT=${endpoint}`]
    : [`export KF_PIPELINES_ENDPOINT=${endpoint}`, "kfp-ts experiments list"];
  return [
    style.bold(`${endpoint} leads to ${namespace}/${service}:${port}`),
    `  cluster     ${cluster}`,
    ...next.map((line, index) => `  ${(index === 0 ? "next" : "").padEnd(12)}${line}`),
    style.dim("Ctrl-C ends it."),
    "",
  ].join("\n");
}

/** What a program is told. */
export function tunnelFacts(tunnel: Tunnel): JsonObject {
  const { namespace, service, port, localPort, kubeContext, server } = tunnel;
  return {
    endpoint: endpointOfTunnel(tunnel),
    local_port: localPort,
    namespace,
    service,
    port,
    ...(kubeContext !== undefined && { kube_context: kubeContext }),
    server,
  };
}
