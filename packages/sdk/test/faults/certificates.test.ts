import { describe, expect, test } from "vitest";
import { Client } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { inDays, type MadeCertificate, madeCertificate } from "./made-certificate.ts";
import { rawServer } from "./raw-server.ts";

const healthy = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{"multi_user":false}';
const authority = madeCertificate();

async function failureWith(certificate: MadeCertificate, ca: string | undefined) {
  const server = await rawServer({ asked: (socket) => socket.write(healthy) }, { certificate });
  const host = `https://127.0.0.1:${server.port}`;
  const kfp = new Client({ host, tls: { ca }, maxRetries: 0 });
  const failure = await failureOf(kfp.healthz.get());
  await kfp.close();
  await expect.poll(() => server.open.size).toBe(0);
  return failure;
}

describe("a certificate that cannot be relied on", () => {
  test("has ended yesterday: TLS_EXPIRED", async () => {
    const ended = madeCertificate({ by: authority, until: inDays(-1) });
    expect((await failureWith(ended, authority.cert)).code).toBe("TLS_EXPIRED");
  });

  test("begins tomorrow: TLS_EXPIRED, and the clock of this machine may be the reason", async () => {
    const early = madeCertificate({ by: authority, from: inDays(1), until: inDays(2) });
    const failure = await failureWith(early, authority.cert);
    expect(failure.code).toBe("TLS_EXPIRED");
    expect(failure.fix).toContain("clock");
  });

  test("is for another name: TLS_WRONG_HOST, with the name that it is for", async () => {
    const other = madeCertificate({ by: authority, names: ["kubeflow.example.com"] });
    const failure = await failureWith(other, authority.cert);
    expect(failure.code).toBe("TLS_WRONG_HOST");
    expect(failure.fix).toContain("kubeflow.example.com");
  });

  test("has signed itself: TLS_UNTRUSTED", async () => {
    expect((await failureWith(madeCertificate(), undefined)).code).toBe("TLS_UNTRUSTED");
  });

  test("comes from a private authority: TLS_UNTRUSTED, with the option that names it", async () => {
    const failure = await failureWith(madeCertificate({ by: authority }), undefined);
    expect(failure.code).toBe("TLS_UNTRUSTED");
    expect(failure.fix).toContain("caFile");
  });

  test("comes from another authority than the one that was given: TLS_UNTRUSTED", async () => {
    const failure = await failureWith(madeCertificate({ by: authority }), madeCertificate().cert);
    expect(failure.code).toBe("TLS_UNTRUSTED");
  });
});

test("with its authority, the certificate is good", async () => {
  const certificate = madeCertificate({ by: authority });
  const server = await rawServer({ asked: (socket) => socket.write(healthy) }, { certificate });
  const kfp = new Client({ host: `https://127.0.0.1:${server.port}`, tls: { ca: authority.cert } });
  expect((await kfp.healthz.get()).multiUser).toBe(false);
  await kfp.close();
});
