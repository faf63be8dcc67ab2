import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { AgentOptions } from "node:https";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as tlsConnect } from "node:tls";
import type { ProxyAddress } from "./proxy-address.ts";

/** How long a proxy may take to open a tunnel, in milliseconds. */
const TUNNEL_TIMEOUT_MS = 10_000;

/**
 * Connections through a tunnel that the proxy opens (CONNECT): with TLS it sees nothing of what is said.
 *
 * @param secure - Whether TLS is spoken through it. Requests without go to the proxy itself; a connection that is to
 *   speak another protocol needs the tunnel nevertheless.
 */
export function tunnelAgent(proxy: ProxyAddress, options: AgentOptions, secure = true): HttpAgent {
  const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
  const connect = (target: AgentOptions, callback: (error: Error | null, socket?: Duplex) => void): undefined => {
    const authority = `${target.host?.includes(":") ? `[${target.host}]` : target.host}:${target.port}`;
    const headers = {
      host: authority,
      ...(proxy.authorization === undefined ? {} : { "proxy-authorization": proxy.authorization }),
    };
    const { host, port } = proxy;
    const request = httpRequest({ host, port, method: "CONNECT", path: authority, headers, agent: false });
    request.setTimeout(TUNNEL_TIMEOUT_MS, () => {
      request.destroy(failure("ETIMEDOUT", `the proxy ${host}:${port} did not answer`));
    });
    request.once("error", callback);
    request.once("connect", (response, socket: Socket) => {
      socket.setTimeout(0);
      if (response.statusCode === 200) return callback(null, secure ? tlsConnect({ ...target, socket }) : socket);
      socket.destroy();
      const fact = `the proxy ${host}:${port} refused the tunnel to ${authority} (HTTP ${response.statusCode})`;
      callback(failure("EPROXYREFUSED", fact));
    });
    request.once("response", (response) => {
      request.destroy();
      callback(failure("EPROXYREFUSED", `the proxy ${host}:${port} answered HTTP ${response.statusCode} to CONNECT`));
    });
    request.end();
    return undefined;
  };
  return Object.assign(agent, { createConnection: connect });
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
