import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kubernetes, kubernetesFromKubeconfig } from "@kfp-ts/kubernetes";

/** A review as it arrives at the API. */
export interface SentReview {
  readonly path: string;
  readonly kind: string;
  readonly spec: Readonly<Record<string, never>>;
}

/** What the API does with a review: the status of an answer, an HTTP status, or whatever is done to the response. */
export type Reaction = (review: SentReview, response: ServerResponse) => object | number | undefined;

/** A Kubernetes API on a real socket that answers reviews as the test says. */
export interface FakeCluster {
  readonly kubernetes: Kubernetes;
  readonly kubeconfig: string;
  readonly asked: SentReview[];
  react(reaction: Reaction): void;
  /** Takes no connections until it is started again, on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one that allows and authenticates nothing. */
export async function fakeCluster(): Promise<FakeCluster> {
  let reaction: Reaction = () => ({});
  const asked: SentReview[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const { kind, spec } = JSON.parse(text);
      const review = { path: request.url ?? "", kind, spec };
      asked.push(review);
      const answer = reaction(review, response);
      if (typeof answer === "number") response.writeHead(answer).end("no");
      else if (answer !== undefined) response.writeHead(201).end(JSON.stringify({ kind, spec, status: answer }));
    });
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), "kfp-ts-cluster-"));
  const kubeconfig = join(folder, "kubeconfig");
  const cluster = { name: "fake", cluster: { server: `http://127.0.0.1:${port}` } };
  const context = { name: "fake", context: { cluster: "fake", user: "fake" } };
  const users = [{ name: "fake", user: { token: "of-the-server" } }];
  const config = { clusters: [cluster], contexts: [context], users, "current-context": "fake" };
  await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  const kubernetes = await kubernetesFromKubeconfig({ kubeconfig, env: {} });
  return {
    kubernetes,
    kubeconfig,
    asked,
    react(next) {
      reaction = next;
    },
    stop,
    start: () => listen(port),
    async close() {
      kubernetes.close();
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
