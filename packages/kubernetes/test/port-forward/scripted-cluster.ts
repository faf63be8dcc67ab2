import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerOptions } from "node:https";
import { connect } from "node:net";
import { onTestFinished } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import {
  type Kubernetes,
  openPortForward,
  type PortForward,
  type PortForwardEvent,
  type PortForwardOptions,
  type PortForwardTarget,
} from "../../src/index.ts";
import { clientOf, json, type Seen, startServer, statusBody, type TestServer } from "../api-server.ts";

/** What a pod of the scripted cluster does with a connection. */
export interface PodConnection {
  readonly pod: string;
  readonly port: number;
  /** What has come so far. */
  received(): string;
  onData(listener: (text: string) => void): void;
  say(bytes: string | Buffer): void;
  /** As a kubelet does when the container has closed the connection. */
  close(): void;
  /** As a kubelet says that something went wrong. */
  fail(message: string): void;
  /** The way breaks in the middle. */
  cut(): void;
  readonly socket: WebSocket;
}

/** A cluster that a test writes: what is asked of the API, and what pods do. */
export interface ScriptedCluster {
  readonly server: TestServer;
  /** Names of pods and whether they are ready; changed by a test as pods come and go. */
  readonly pods: Map<string, boolean>;
  /** The answers to calls, by path, in place of the usual ones. */
  readonly answers: Map<string, readonly [status: number, body: object]>;
  readonly connections: PodConnection[];
  /** What a pod does; it echoes where nothing is said. */
  behave: (connection: PodConnection) => void;
  readonly upgrades: IncomingMessage[];
  /** How an upgrade is refused: a status and a body; undefined where it is not. */
  refuse: (request: IncomingMessage) => readonly [number, object] | undefined;
  readonly client: (user?: object, cluster?: object) => Promise<Kubernetes>;
}

export const servicePath = "/api/v1/namespaces/kubeflow/services/ml-pipeline-ui";
export const slicesPath = "/apis/discovery.k8s.io/v1/namespaces/kubeflow/endpointslices";
export const podsPath = "/api/v1/namespaces/kubeflow/pods";

export const service = (spec: object = {}): object => ({
  metadata: { name: "ml-pipeline-ui", namespace: "kubeflow" },
  spec: { selector: { app: "ui" }, ports: [{ name: "http", port: 80, targetPort: 3000 }], ...spec },
});

export const forbidden = (what: string): readonly [number, object] => [
  403,
  statusBody(403, "Forbidden", `${what} is forbidden: User "alice" cannot do that`),
];

const uidOf = (pod: string): string => `uid-of-${pod}`;

/** Starts a cluster with one pod that is ready, until the test is over. */
export async function startCluster(
  options: { autoPong?: boolean; tls?: ServerOptions } = {},
): Promise<ScriptedCluster> {
  const server = await startServer((request, response) => answer(request, response), options.tls);
  const sockets = new WebSocketServer({ noServer: true, autoPong: options.autoPong ?? true });
  const cluster: ScriptedCluster = {
    server,
    pods: new Map([["one", true]]),
    answers: new Map(),
    connections: [],
    behave: (connection) => connection.onData((text) => connection.say(text)),
    upgrades: [],
    refuse: () => undefined,
    client: (user = { token: "t" }, given = {}) => clientOf({ server: server.url, ...given }, user),
  };
  function answer({ path }: Seen, response: ServerResponse): void {
    json(response, ...(cluster.answers.get(path) ?? usualAnswer(path, cluster.pods)));
  }
  server.server.on("upgrade", (request, socket, head) => {
    cluster.upgrades.push(request);
    const url = new URL(request.url ?? "", "http://server");
    const pod = /\/pods\/([^/]+)\/portforward$/.exec(url.pathname)?.[1] ?? "";
    const refused =
      cluster.refuse(request) ??
      (cluster.pods.has(pod) ? undefined : [404, statusBody(404, "NotFound", `pods "${pod}" not found`)]);
    if (refused !== undefined) {
      const body = JSON.stringify(refused[1]);
      socket.end(
        `HTTP/1.1 ${refused[0]} No\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = podConnection(webSocket, pod, Number(url.searchParams.get("ports")));
      cluster.connections.push(connection);
      cluster.behave(connection);
    });
  });
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  });
  return cluster;
}

function usualAnswer(path: string, pods: ReadonlyMap<string, boolean>): readonly [number, object] {
  if (path === servicePath) return [200, service()];
  if (path === slicesPath) {
    const endpoints = [...pods].map(([name, ready]) => ({
      addresses: ["10.0.0.1"],
      conditions: { ready },
      targetRef: { kind: "Pod", name, uid: uidOf(name) },
    }));
    const ports = [{ name: "http", port: 3000 }];
    return [200, { kind: "List", metadata: {}, items: [{ ports, endpoints }] }];
  }
  const pod = path.startsWith(`${podsPath}/`) ? path.slice(podsPath.length + 1) : "";
  if (pods.has(pod)) return [200, { metadata: { name: pod, uid: uidOf(pod) } }];
  return [404, statusBody(404, "NotFound", `${path} not found`)];
}

function podConnection(socket: WebSocket, pod: string, port: number): PodConnection {
  const prefix = Buffer.from([port & 255, port >> 8]);
  socket.send(Buffer.concat([Buffer.from([0]), prefix]));
  socket.send(Buffer.concat([Buffer.from([1]), prefix]));
  socket.on("error", () => undefined);
  let received = "";
  const listeners: ((text: string) => void)[] = [];
  socket.on("message", (message: Buffer) => {
    const text = message.subarray(1).toString();
    received += text;
    for (const listener of listeners) listener(text);
  });
  return {
    pod,
    port,
    socket,
    received: () => received,
    onData: (listener) => void listeners.push(listener),
    say: (bytes) => socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(bytes)])),
    close: () => socket.close(1000),
    fail: (message) => {
      socket.send(Buffer.concat([Buffer.from([1]), Buffer.from(message)]));
      socket.close(1000);
    },
    cut: () => socket.terminate(),
  };
}

export interface OpenedForward {
  readonly forward: PortForward;
  readonly events: PortForwardEvent[];
}

/** Opens a port-forward, until the test is over. */
export async function forwardOf(
  cluster: ScriptedCluster,
  options: PortForwardOptions = {},
  target: Partial<PortForwardTarget> = {},
): Promise<OpenedForward> {
  const events: PortForwardEvent[] = [];
  const forward = await openPortForward(
    await cluster.client(),
    { namespace: "kubeflow", service: "ml-pipeline-ui", ...target },
    { onEvent: (event) => events.push(event), ...options },
  );
  onTestFinished(() => forward.close());
  return { forward, events };
}

/** A connection of this machine. */
export interface LocalConnection {
  say(text: string | Buffer): void;
  /** All that came. */
  heard(): string;
  /** Fulfilled once that came. */
  hears(text: string): Promise<void>;
  /** How it ended: by the other side saying so, or broken. */
  readonly ended: Promise<"closed" | "cut">;
  end(): void;
  destroy(): void;
}

export function connectTo(port: number): LocalConnection {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  let heard = "";
  const waiting: (() => void)[] = [];
  socket.on("data", (bytes) => {
    heard += bytes.toString();
    for (const look of waiting) look();
  });
  const ended = new Promise<"closed" | "cut">((resolve) => {
    socket.on("end", () => resolve("closed"));
    socket.on("error", () => resolve("cut"));
  });
  return {
    say: (text) => void socket.write(text),
    heard: () => heard,
    hears: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (heard.includes(text)) resolve();
        };
        waiting.push(look);
        look();
      }),
    ended,
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

/** Waits until something is so. */
export async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1000 && !holds(); attempt++) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!holds()) throw new Error("It did not become so.");
}
