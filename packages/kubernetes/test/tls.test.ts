import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import type { KubernetesError } from "../src/index.ts";
import { clientOf, json, rejection, startServer } from "./api-server.ts";
import { makeCertificates, noCertificates } from "./certificates.ts";

const get = { method: "GET", path: "/version" } as const;
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe.skipIf(noCertificates !== undefined)(`TLS${noCertificates === undefined ? "" : `: ${noCertificates}`}`, () => {
  const start = async (certificates = makeCertificates()) => {
    const tls = { ...certificates.server, ca: certificates.ca, requestCert: true, rejectUnauthorized: false };
    const server = await startServer((_, response) => {
      const peer = (response.socket as TLSSocket).getPeerCertificate();
      json(response, 200, { client: peer.subject?.CN ?? "nobody" });
    }, tls);
    return { certificates, server };
  };

  test("trusts the authority of the kubeconfig", async () => {
    const { certificates, server } = await start();
    const kubernetes = await clientOf({ server: server.url, "certificate-authority-data": base64(certificates.ca) });
    expect(await kubernetes.call(get)).toEqual({ client: "nobody" });
  });

  test("trusts nobody else", async () => {
    const { server } = await start();
    const error = await rejection<KubernetesError>((await clientOf({ server: server.url })).call(get));
    expect(error.status).toBe(0);
    expect(error.message).toMatch(
      /^The certificate of https:\/\/127\.0\.0\.1:\d+ is signed by an authority that is not trusted \([A-Z_]+\)\. Set certificate-authority-data or certificate-authority of the cluster in the kubeconfig\.$/,
    );
    expect(server.seen).toHaveLength(0);
  });

  test("is not checked where the kubeconfig says so", async () => {
    const { server } = await start();
    const kubernetes = await clientOf({ server: server.url, "insecure-skip-tls-verify": true });
    expect(await kubernetes.call(get)).toEqual({ client: "nobody" });
  });

  test("shows the client's certificate, from data and from files beside the kubeconfig", async () => {
    const { certificates, server } = await start();
    const cluster = { server: server.url, "certificate-authority": "ca.crt" };
    const files = {
      "/people/dev/.kube/ca.crt": certificates.ca,
      "/people/dev/.kube/me.crt": certificates.client.cert,
      "/elsewhere/me.key": certificates.client.key,
    };
    const byFile = { "client-certificate": "me.crt", "client-key": "/elsewhere/me.key" };
    expect(await (await clientOf(cluster, byFile, { files })).call(get)).toEqual({ client: "client" });
    const byData = {
      "client-certificate-data": base64(certificates.client.cert),
      "client-key-data": base64(certificates.client.key),
    };
    expect(await (await clientOf(cluster, byData, { files })).call(get)).toEqual({ client: "client" });
  });

  test("shows the certificate that an exec plugin gives, and a new one over new connections", async () => {
    const { certificates, server } = await start();
    const cluster = { server: server.url, "certificate-authority-data": base64(certificates.ca) };
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "plugin", interactiveMode: "Never" };
    let runs = 0;
    const status = () => {
      runs += 1;
      const { cert, key } = runs === 1 ? certificates.client : certificates.server;
      const expirationTimestamp = `2030-01-0${runs}T00:00:00Z`;
      return { clientCertificateData: cert, clientKeyData: key, expirationTimestamp };
    };
    let now = 0;
    const kubernetes = await clientOf(
      cluster,
      { exec },
      {
        now: () => now,
        runProgram: async () => {
          const credential = { apiVersion: exec.apiVersion, kind: "ExecCredential", status: status() };
          return { exitCode: 0, stdout: JSON.stringify(credential), stderr: "" };
        },
      },
    );
    expect(await kubernetes.call(get)).toEqual({ client: "client" });
    expect(await kubernetes.call(get)).toEqual({ client: "client" });
    now = Date.parse("2030-01-01T00:00:00Z");
    expect(await kubernetes.call(get)).toEqual({ client: "server" });
    expect(runs).toBe(2);
  });

  test("expects the name that tls-server-name gives", async () => {
    const { certificates, server } = await start();
    const cluster = { server: server.url, "certificate-authority-data": base64(certificates.ca) };
    const right = await clientOf({ ...cluster, "tls-server-name": "api.test" });
    expect(await right.call(get)).toEqual({ client: "nobody" });
    const wrong = await clientOf({ ...cluster, "tls-server-name": "other.test" });
    const error = await rejection<KubernetesError>(wrong.call(get));
    expect(error.message).toContain("is for another name");
    expect(error.message).toContain("tls-server-name");
  });

  test("goes through the proxy of the cluster, which sees nothing of what is said", async () => {
    const { certificates, server } = await start();
    const asked: (string | undefined)[] = [];
    const proxy = createServer();
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
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as AddressInfo;
    const kubernetes = await clientOf({
      server: server.url,
      "certificate-authority-data": base64(certificates.ca),
      "proxy-url": `http://me:pass@127.0.0.1:${port}`,
    });
    expect(await kubernetes.call(get)).toEqual({ client: "nobody" });
    expect(asked).toEqual([`127.0.0.1:${server.port}`, `Basic ${base64("me:pass")}`]);
  });

  test("a proxy that refuses is named, and its password is not", async () => {
    const { server } = await start();
    const proxy = await startServer(() => undefined);
    proxy.server.on("connect", (_, socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
    const kubernetes = await clientOf({ server: server.url, "proxy-url": `http://me:s3cret@127.0.0.1:${proxy.port}` });
    const error = await rejection<KubernetesError>(kubernetes.call(get));
    expect(error.message).toContain(`the proxy 127.0.0.1:${proxy.port} refused the tunnel`);
    expect(error.message).toContain("Check proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY.");
    expect(error.message).not.toContain("s3cret");
  });
});
