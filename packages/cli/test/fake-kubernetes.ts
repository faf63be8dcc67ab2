import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesCall } from "@kfp-ts/kubernetes";
import { afterAll, beforeAll } from "vitest";
import { FakeCluster } from "../../kubeflow/test/fake-cluster.ts";

/** A cluster in memory behind a socket, and the environment of somebody who has a kubeconfig for it. */
export interface FakeKubernetes {
  readonly cluster: FakeCluster;
  readonly env: Record<string, string>;
  /** A directory for this file's tests alone. */
  readonly folder: string;
}

/** Starts a cluster before the tests of a file, and stops it after them. */
export function fakeKubernetes(namespace?: string): FakeKubernetes {
  const cluster = new FakeCluster();
  const folder = mkdtempSync(join(tmpdir(), "kfp-ts-fake-cluster-"));
  const kubeconfig = join(folder, "kubeconfig");
  let server: Server | undefined;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", async () => {
        const { pathname, searchParams } = new URL(request.url ?? "", "http://fake");
        const text = Buffer.concat(chunks).toString();
        const call = {
          method: request.method as KubernetesCall["method"],
          path: pathname,
          query: Object.fromEntries(searchParams),
          body: text === "" ? undefined : JSON.parse(text),
        };
        const { status, body } = await cluster.call(call).then(
          (answer) => ({ status: 200, body: answer }),
          (error: { status: number; reason: string; message: string }) => ({
            status: error.status,
            body: { kind: "Status", code: error.status, reason: error.reason, message: error.message },
          }),
        );
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(`http://127.0.0.1:${port}`, namespace)), { mode: 0o600 });
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { cluster, folder, env: { KUBECONFIG: kubeconfig, HOME: folder } };
}

/** A kubeconfig with one cluster, one user and one context. */
export function kubeconfigOf(server: string, namespace?: string): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "fake",
    clusters: [{ name: "fake", cluster: { server } }],
    users: [{ name: "me", user: {} }],
    contexts: [{ name: "fake", context: { cluster: "fake", user: "me", ...(namespace && { namespace }) } }],
  };
}
