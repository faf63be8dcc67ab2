import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { podsOfThisMachine } from "../../kubernetes/test/port-forward/pods-of-this-machine.ts";
import { kubeconfigOf } from "./fake-kubernetes.ts";

/** A service with one pod, whose every port leads to a port of this machine. */
export interface ForwardedService {
  readonly namespace: string;
  readonly name: string;
  readonly port?: number;
  /** The URL that its pod leads to. Without one there is no pod. */
  readonly to?: string | undefined;
}

/** As much of a Kubernetes API as tunnels need, and the environment of somebody who has a kubeconfig for it. */
export interface ForwardingCluster {
  readonly env: Record<string, string>;
  /** A directory for this file's tests alone; it is the home directory, too. */
  readonly folder: string;
  /** How many connections to pods are open. */
  readonly open: number;
  /** Which paths were asked, in order. */
  readonly asked: readonly string[];
  services: readonly ForwardedService[];
  /** What is answered with 403: a part of the path. */
  denied: string | undefined;
}

/** Starts one before the tests of a file, and stops it after them. */
export function forwardingCluster(): ForwardingCluster {
  const folder = mkdtempSync(join(tmpdir(), "kfp-ts-forwarding-"));
  const kubeconfig = join(folder, "kubeconfig");
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const pods = podsOfThisMachine();
  let server: Server | undefined;
  const cluster: ForwardingCluster = {
    env: { KUBECONFIG: kubeconfig, HOME: folder },
    folder,
    asked,
    services: [],
    denied: undefined,
    get open() {
      return pods.open;
    },
  };
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://cluster");
      asked.push(pathname);
      answer(cluster, pathname, searchParams, response);
    });
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    server.on("upgrade", (request, socket, head) => {
      const { pathname } = new URL(request.url ?? "/", "http://cluster");
      asked.push(pathname);
      const found = cluster.services.find(
        ({ namespace, name }) => pathname === `/api/v1/namespaces/${namespace}/pods/${name}-0/portforward`,
      );
      if (isDenied(cluster, pathname) || found?.to === undefined) {
        const status = found?.to === undefined ? statusOf(404, "NotFound", "no such pod") : refusalOf(pathname);
        const body = JSON.stringify(status);
        const head = `HTTP/1.1 ${status.code} X\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`;
        socket.end(`${head}connection: close\r\n\r\n${body}`);
        return;
      }
      pods.forward(request, socket, head, new URL(found.to));
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(`http://127.0.0.1:${port}`)), { mode: 0o600 });
  });
  beforeEach(() => {
    asked.length = 0;
    cluster.denied = undefined;
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return cluster;
}

function answer(cluster: ForwardingCluster, path: string, query: URLSearchParams, response: ServerResponse): void {
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (isDenied(cluster, path)) {
    send(403, refusalOf(path));
    return;
  }
  const [, namespace, collection = "", name] =
    /^\/api(?:s\/discovery\.k8s\.io)?\/v1(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  const named = query.get("fieldSelector")?.split("=").at(-1) ?? name;
  const ofService = query.get("labelSelector")?.split("=").at(-1);
  const there = cluster.services.filter((one) => namespace === undefined || one.namespace === namespace);
  const items =
    collection === "services"
      ? there.filter((one) => named === undefined || one.name === named).map(serviceObject)
      : collection === "endpointslices"
        ? there.filter((one) => one.name === ofService).map(sliceObject)
        : undefined;
  if (items === undefined) send(404, statusOf(404, "NotFound", `${path} not found`));
  else if (name === undefined) send(200, { metadata: {}, items });
  else if (items[0] === undefined) send(404, statusOf(404, "NotFound", `services "${name}" not found`));
  else send(200, items[0]);
}

const serviceObject = ({ namespace, name, port = 80 }: ForwardedService) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { namespace, name, uid: `${namespace}-${name}` },
  spec: { selector: { app: name }, ports: [{ name: "http", port, targetPort: 3000, protocol: "TCP" }] },
});

const sliceObject = ({ namespace, name, to }: ForwardedService) => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { namespace, name: `${name}-x`, labels: { "kubernetes.io/service-name": name } },
  addressType: "IPv4",
  ports: [{ name: "http", port: 3000, protocol: "TCP" }],
  endpoints:
    to === undefined
      ? []
      : [
          {
            addresses: ["10.0.0.1"],
            conditions: { ready: true },
            targetRef: { kind: "Pod", namespace, name: `${name}-0`, uid: `${namespace}-${name}-0` },
          },
        ],
});

const isDenied = ({ denied }: ForwardingCluster, path: string) => denied !== undefined && path.includes(denied);
const refusalOf = (path: string) => statusOf(403, "Forbidden", `User "me" cannot have ${path}`);
const statusOf = (code: number, reason: string, message: string) => ({
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  code,
  reason,
  message,
});
