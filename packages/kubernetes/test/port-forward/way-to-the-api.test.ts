import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Kubernetes, type KubernetesError, openPortForward } from "../../src/index.ts";
import { clientOf, kubeconfigText, rejection } from "../api-server.ts";
import { makeCertificates, noCertificates } from "../certificates.ts";
import { connectTo, startCluster } from "./scripted-cluster.ts";

const target = { namespace: "kubeflow", service: "ml-pipeline-ui" };
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Whether bytes go to a pod and back. */
async function echoes(kubernetes: Kubernetes): Promise<boolean> {
  const forward = await openPortForward(kubernetes, target);
  onTestFinished(() => forward.close());
  const local = connectTo(forward.localPort);
  local.say("hello");
  await local.hears("hello");
  return true;
}

/** An HTTP proxy, and what it was asked to connect to, by whom. */
async function startProxy(): Promise<{ url: string; asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = [];
  // What needs no tunnel is asked with its whole URL.
  const proxy = createServer(async ({ method = "", url = "", headers }, response) => {
    asked.push(`${method} ${new URL(url).pathname}`);
    const { authorization = "" } = headers;
    const answer = await fetch(url, { method, headers: { authorization } });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  proxy.on("connect", (request, socket: Socket) => {
    asked.push(request.url, request.headers["proxy-authorization"]);
    const [host, port] = (request.url ?? "").split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on("error", () => undefined);
    onTestFinished(() => void onward.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url: `http://me:pass@127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
}

const title = `a port-forward over TLS${noCertificates === undefined ? "" : `: ${noCertificates}`}`;
describe.skipIf(noCertificates !== undefined)(title, () => {
  const start = async () => {
    const certificates = makeCertificates();
    const tls = { ...certificates.server, ca: certificates.ca, requestCert: true, rejectUnauthorized: false };
    const cluster = await startCluster({ tls });
    return { cluster, certificates, trusted: { "certificate-authority-data": base64(certificates.ca) } };
  };

  test("trusts the authority of the kubeconfig and shows the client's certificate", async () => {
    const { cluster, certificates, trusted } = await start();
    const peers: (string | undefined)[] = [];
    cluster.server.server.on("upgrade", ({ socket }) => {
      peers.push((socket as TLSSocket).getPeerCertificate().subject?.CN as string | undefined);
    });
    const { cert, key } = certificates.client;
    const user = { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
    expect(await echoes(await cluster.client(user, { ...trusted, "tls-server-name": "api.test" }))).toBe(true);
    expect(peers).toEqual(["client"]);
  });

  test("trusts nobody else, unless the kubeconfig says so", async () => {
    const { cluster } = await start();
    const error = await rejection<KubernetesError>(openPortForward(await cluster.client(), target));
    expect(error.message).toContain("signed by an authority that is not trusted");
    expect(await echoes(await cluster.client({}, { "insecure-skip-tls-verify": true }))).toBe(true);
  });

  test("goes through the proxy of the cluster", async () => {
    const { cluster, trusted } = await start();
    const proxy = await startProxy();
    expect(await echoes(await cluster.client({ token: "t" }, { ...trusted, "proxy-url": proxy.url }))).toBe(true);
    expect(new Set(proxy.asked)).toEqual(new Set([`127.0.0.1:${cluster.server.port}`, `Basic ${base64("me:pass")}`]));
  });
});

test("a port-forward without TLS goes through a tunnel of the proxy, too", async () => {
  const cluster = await startCluster();
  const proxy = await startProxy();
  expect(await echoes(await cluster.client({ token: "t" }, { "proxy-url": proxy.url }))).toBe(true);
  expect(proxy.asked).toContain(`127.0.0.1:${cluster.server.port}`);
  expect(proxy.asked).toContain(`GET /api/v1/namespaces/kubeflow/services/ml-pipeline-ui`);
});

test("an answer that is no WebSocket is an error that says what came", async () => {
  const cluster = await startCluster();
  cluster.refuse = () => [502, {}];
  const opening = openPortForward(await clientOf({ server: cluster.server.url }), target, { patienceMs: 200 });
  expect(await rejection<KubernetesError>(opening)).toMatchObject({
    status: 502,
    message: expect.stringContaining("/pods/one/portforward at http"),
  });
});

test("a port-forward lets the program end", { timeout: 30_000 }, async () => {
  const cluster = await startCluster();
  const folder = mkdtempSync(join(tmpdir(), "kfp-ts-forward-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const kubeconfig = join(folder, "config");
  writeFileSync(kubeconfig, kubeconfigText({ server: cluster.server.url }, { token: "t" }), { mode: 0o600 });
  const program = join(folder, "program.mjs");
  await build({
    stdin: {
      contents: `
        import { connect } from "node:net";
        import { kubernetesFromKubeconfig, openPortForward } from "./index.ts";
        const kubernetes = await kubernetesFromKubeconfig({ kubeconfig: ${JSON.stringify(kubeconfig)}, env: {} });
        const forward = await openPortForward(kubernetes, ${JSON.stringify(target)});
        const socket = connect(forward.localPort, "127.0.0.1", () => socket.write("hello"));
        socket.once("data", (bytes) => {
          console.log(String(bytes));
          socket.unref();
        });`,
      resolveDir: fileURLToPath(new URL("../../src", import.meta.url)),
    },
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    outfile: program,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    logLevel: "silent",
  });
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  expect(await once(child, "close")).toEqual([0, null]);
  expect(said).toBe("hello\n");
});
