import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";

/** Forwards to pods as a kubelet does: every port of theirs is one of this machine. */
export interface PodsOfThisMachine {
  /** How many connections are open. */
  readonly open: number;
  /** Takes an upgrade to a port-forward, and leads it to a URL. */
  forward(request: IncomingMessage, socket: Duplex, head: Buffer, to: URL): void;
}

/** Makes such pods. */
export function podsOfThisMachine(): PodsOfThisMachine {
  const webSockets = new WebSocketServer({ noServer: true, handleProtocols: () => "v4.channel.k8s.io" });
  return {
    get open() {
      return webSockets.clients.size;
    },
    forward(request, socket, head, { port, hostname }) {
      webSockets.handleUpgrade(request, socket, head, (client) => {
        for (const channel of [0, 1]) client.send(Buffer.from([channel, 0, 0]));
        const pod = connect(Number(port), hostname);
        pod.on("data", (bytes) => client.send(Buffer.concat([Buffer.from([0]), bytes])));
        pod.on("close", () => client.close(1000));
        pod.on("error", () => client.close(1000));
        client.on("message", (message: Buffer) => pod.write(message.subarray(1)));
        client.on("close", () => pod.destroy());
      });
    },
  };
}
