import type { Agent, ClientRequest } from "node:http";
import type { AgentOptions } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { badOption } from "../errors/bad-argument.ts";
import { notConnected, proxyUnreachable } from "./node-exchange.ts";
import { TUNNEL_REFUSED } from "./transport.ts";

/** Where a proxy is. */
export interface ProxyAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Connections with TLS through a tunnel that the proxy opens (CONNECT): the proxy sees nothing of what is said. Plain HTTP
 * needs no tunnel; there the proxy is asked for the whole URL.
 */
export async function tunnelAgent(
  { host, port }: ProxyAddress,
  http: typeof import("node:http"),
  https: typeof import("node:https"),
  options: AgentOptions,
  connectTimeoutMs: number,
): Promise<Agent> {
  const tls = await import("node:tls");
  const agent = new https.Agent(options);
  const opening = new Set<ClientRequest>();
  const connect = (target: AgentOptions, callback: (error: Error | null, socket?: Duplex) => void) => {
    const authority = `${target.host?.includes(":") ? `[${target.host}]` : target.host}:${target.port}`;
    const request = http.request({ host, port, method: "CONNECT", path: authority, headers: { host: authority } });
    // A proxy that never answers would keep the process, long after everybody has given up.
    const timer = setTimeout(() => request.destroy(notConnected(connectTimeoutMs)), connectTimeoutMs);
    opening.add(request);
    request.once("close", () => {
      opening.delete(request);
      clearTimeout(timer);
    });
    request.once("error", (error) => callback(proxyUnreachable(`${host}:${port}`, error)));
    request.once("connect", (response, socket: Socket) => {
      opening.delete(request);
      clearTimeout(timer);
      if (response.statusCode === 200) return callback(null, tls.connect({ ...target, socket }));
      socket.destroy();
      const fact = `the proxy ${host}:${port} refused the tunnel to ${authority} (HTTP ${response.statusCode})`;
      callback(Object.assign(new Error(fact), { code: TUNNEL_REFUSED }));
    });
    request.end();
    return undefined;
  };
  const destroy = (): void => {
    // Not even begun connections are left behind.
    for (const request of opening) request.destroy();
    https.Agent.prototype.destroy.call(agent);
  };
  return Object.assign(agent, { createConnection: connect, destroy });
}

/**
 * Reads what a user gives as the proxy.
 *
 * @throws KfpError BAD_OPTION
 */
export function proxyAddress(proxy: string): ProxyAddress {
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`);
  if (url?.protocol !== "http:") throw badOption("proxy is no http URL such as http://proxy.example.com:3128.");
  if (url.username !== "" || url.password !== "")
    throw badOption("proxy carries a user name or a password in its URL.");
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port === "" ? 80 : Number(url.port) };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
