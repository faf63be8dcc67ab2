import type { Transport } from "../transport/transport.ts";
import type { Tunnel } from "../tunnels/tunnel.ts";

/**
 * A transport through a tunnel. Where a question is cut off, and the tunnel knows why it leads nowhere (no pod is ready, the
 * cluster does not know its user any more), that is what fails. What may have had an effect stays a broken connection, which
 * says that nobody knows.
 */
export function tunnelTransport(transport: Transport, tunnel: Tunnel): Transport {
  return {
    async send(request) {
      try {
        return await transport.send(request);
      } catch (error) {
        if (request.signal?.aborted || request.method !== "GET") throw error;
        throw tunnel.failure() ?? error;
      }
    },
    close: () => transport.close?.(),
  };
}
