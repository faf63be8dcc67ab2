import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, type RequestOptions, request } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PeerCertificate, TLSSocket } from "node:tls";
import {
  fixedPodDefaults,
  type PodDefaultSource,
  type PodDefaultTls,
  type PodDefaultWebhook,
  type ServePodDefaultsOptions,
  servePodDefaults,
} from "@kfp-ts/kubeflow";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeServingCertificate, type ServingCertificate } from "../../src/poddefaults/install/serving-certificate.ts";
import { keptLog, podDefault, podWith, reviewBody, unreadySource } from "./pod-defaults.ts";

const source = fixedPodDefaults([podDefault("a", { env: [{ name: "X", value: "1" }] })]);
let first: ServingCertificate;
let second: ServingCertificate;
const cleanups: Array<() => Promise<void>> = [];

beforeAll(async () => {
  [first, second] = await Promise.all([
    makeServingCertificate(["127.0.0.1"], Date.now()),
    makeServingCertificate(["127.0.0.1"], Date.now()),
  ]);
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function filesOf(made: ServingCertificate): Promise<PodDefaultTls> {
  const folder = await mkdtemp(join(tmpdir(), "kfp-ts-webhook-"));
  cleanups.push(() => rm(folder, { recursive: true }));
  const files = { cert: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  await writeFile(files.cert, made.certificate);
  await writeFile(files.key, made.key, { mode: 0o600 });
  return files;
}

async function start(
  options: Partial<ServePodDefaultsOptions> & { podDefaults?: PodDefaultSource } = {},
): Promise<PodDefaultWebhook> {
  const tls = options.tls ?? (await filesOf(first));
  const webhook = await servePodDefaults({ podDefaults: source, port: 0, ...options, tls });
  cleanups.push(() => webhook.close());
  return webhook;
}

/** A client's certificate that is its own authority. */
function selfSigned(folder: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, "client.crt"), join(folder, "client.key")];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  execFileSync("openssl", ["req", ...kind, "-subj", "/CN=apiserver", "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
}

interface Answered {
  readonly status: number;
  readonly body: string;
  readonly certificate: PeerCertificate;
  readonly protocol: string | null;
}

function send(
  webhook: PodDefaultWebhook,
  options: RequestOptions & { body?: string | Buffer } = {},
): Promise<Answered> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port: webhook.port,
        path: "/apply-poddefault",
        method: "POST",
        headers: { "content-type": "application/json" },
        ca: [first.authorities, second.authorities],
        agent: false,
        ...rest,
      },
      (answer) => {
        const socket = answer.socket as TLSSocket;
        const [certificate, protocol] = [socket.getPeerCertificate(), socket.getProtocol()];
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          text += chunk;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text, certificate, protocol }));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("the webhook over TLS", () => {
  test("answers a review at the address that it says", async () => {
    const webhook = await start();
    expect(webhook.url).toBe(`https://127.0.0.1:${webhook.port}/apply-poddefault`);
    const { status, body } = await send(webhook, { body: reviewBody(podWith()) });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ response: { uid: "u", allowed: true, patchType: "JSONPatch" } });
  });

  test("answers with a timeout in the query, as the API server asks", async () => {
    const path = "/apply-poddefault?timeout=10s";
    expect(await send(await start(), { path, body: reviewBody(podWith()) })).toMatchObject({ status: 200 });
  });

  test("speaks TLS 1.2 and later, and nothing before", async () => {
    const webhook = await start();
    expect((await send(webhook, { maxVersion: "TLSv1.2", body: reviewBody(null) })).protocol).toBe("TLSv1.2");
    await expect(
      send(webhook, { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }),
    ).rejects.toThrow();
  });

  test.each<[string, RequestOptions & { body?: string }, number, RegExp]>([
    ["another path", { path: "/" }, 404, /reviews are sent to \/apply-poddefault/],
    ["a path that only begins like it", { path: "/apply-poddefault/x" }, 404, /Nothing is here/],
    ["another method", { method: "GET" }, 405, /POST/],
    ["posting to the probe", { path: "/healthz" }, 405, /GET/],
    ["another type", { headers: { "content-type": "text/plain" } }, 415, /application\/json/],
  ])("refuses %s", async (_, options, status, message) => {
    const answered = await send(await start(), options);
    expect(answered.status).toBe(status);
    expect((JSON.parse(answered.body) as { message: string }).message).toMatch(message);
  });

  test("refuses a body of more than 8 MiB, announced or not", async () => {
    const webhook = await start();
    const body = Buffer.alloc(8 * 1024 * 1024 + 1, " ");
    const announced = await send(webhook, { body }).catch((error: unknown) => error);
    const unannounced = await send(webhook, {
      body,
      headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
    }).catch((error: unknown) => error);
    // The answer may get lost while the rest of the body is refused; a decision must not come.
    for (const answered of [announced, unannounced]) {
      if (answered instanceof Error)
        expect(answered).toMatchObject({ code: expect.stringMatching(/EPIPE|ECONNRESET/) });
      else expect(answered).toMatchObject({ status: 413 });
    }
    expect(await send(webhook, { body: reviewBody(podWith()) })).toMatchObject({ status: 200 });
  });

  test("is well from the start, and ready once the PodDefaults are known", async () => {
    const waiting = await start({ podDefaults: unreadySource("Waiting for the CustomResourceDefinition.") });
    const probe = { method: "GET", headers: {} };
    expect(await send(waiting, { ...probe, path: "/healthz" })).toMatchObject({ status: 200 });
    const unready = await send(waiting, { ...probe, path: "/readyz" });
    expect(unready.status).toBe(503);
    expect(unready.body).toContain("Waiting for the CustomResourceDefinition.");
    expect(await send(await start(), { ...probe, path: "/readyz" })).toMatchObject({ status: 200 });
  });

  test("answers a hundred reviews at once, each with its own uid", async () => {
    const webhook = await start();
    const uids = Array.from({ length: 100 }, (_, index) => `uid-${index}`);
    const answers = await Promise.all(uids.map((uid) => send(webhook, { body: reviewBody(podWith(), { uid }) })));
    expect(answers.map(({ body }) => (JSON.parse(body) as { response: { uid: string } }).response.uid)).toEqual(uids);
  });

  test("survives a client that hangs up in the middle of its body", async () => {
    const webhook = await start();
    await new Promise<void>((resolve) => {
      const sent = request({
        host: "127.0.0.1",
        port: webhook.port,
        path: "/apply-poddefault",
        method: "POST",
        headers: { "content-type": "application/json", "content-length": 1000 },
        ca: first.authorities,
        agent: false,
      });
      sent.on("error", () => resolve());
      sent.write("{", () => sent.destroy(new Error("enough")));
    });
    expect(await send(webhook, { body: reviewBody(podWith()) })).toMatchObject({ status: 200 });
  });
});

test("closing does not wait for a client that keeps its connection", async () => {
  const webhook = await start();
  const agent = new Agent({ keepAlive: true });
  expect(await send(webhook, { body: reviewBody(podWith()), agent })).toMatchObject({ status: 200 });
  const pending = send(webhook, { body: reviewBody(podWith()), agent });
  await webhook.close();
  await pending.catch(() => undefined);
  await expect(send(webhook, { body: reviewBody(podWith()) })).rejects.toThrow(/ECONNREFUSED/);
});

describe("certificates", () => {
  test("are taken into use when the files change, and a pair that does not fit is not", async () => {
    const tls = await filesOf(first);
    const log = keptLog();
    const webhook = await start({ tls, log, certificateCheckMs: 5 });
    const before = await send(webhook, { body: reviewBody(null) });
    await writeFile(tls.cert, second.certificate);
    await expect.poll(() => log.lines.join("\n")).toContain("cannot be used together");
    expect((await send(webhook, { body: reviewBody(null) })).certificate.fingerprint256).toBe(
      before.certificate.fingerprint256,
    );
    await writeFile(tls.key, second.key);
    await expect.poll(() => log.lines.join("\n")).toContain("a new certificate is in use");
    expect((await send(webhook, { body: reviewBody(null) })).certificate.fingerprint256).not.toBe(
      before.certificate.fingerprint256,
    );
    expect(log.lines.join("\n")).not.toContain("PRIVATE");
  });

  test("of clients are asked for where an authority is given, and not of probes", async () => {
    const tls = await filesOf(first);
    const clientCa = `${tls.cert}.ca`;
    const client = selfSigned(dirname(tls.cert));
    await writeFile(clientCa, `${second.authorities}\n${client.cert}`);
    const webhook = await start({ tls: { ...tls, clientCa } });
    expect(await send(webhook, { body: reviewBody(podWith()), ...client })).toMatchObject({ status: 200 });
    const body = reviewBody(podWith());
    expect(await send(webhook, { body })).toMatchObject({ status: 403 });
    expect(await send(webhook, { body, cert: first.certificate, key: first.key })).toMatchObject({ status: 403 });
    expect(await send(webhook, { path: "/healthz", method: "GET", headers: {} })).toMatchObject({ status: 200 });
  });

  test("that are missing, no PEM, or no pair are an error that names the file", async () => {
    const tls = await filesOf(first);
    await expect(start({ tls: { ...tls, cert: "/nowhere/tls.crt" } })).rejects.toThrow(
      /certificate .*\/nowhere\/tls\.crt, cannot be read: ENOENT/,
    );
    await writeFile(tls.key, "nothing");
    await expect(start({ tls })).rejects.toThrow(/private key .*tls\.key, is no PEM file/);
    await writeFile(tls.key, second.key);
    await expect(start({ tls })).rejects.toThrow(/cannot be used together/);
  });
});

test("a port that is taken is an error that says so", async () => {
  const { port } = await start();
  await expect(start({ port })).rejects.toThrow(
    new RegExp(`cannot listen at 127\\.0\\.0\\.1:${port}: the port is taken`),
  );
});
