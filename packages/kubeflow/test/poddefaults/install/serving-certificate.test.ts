import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { expect, test } from "vitest";
import {
  certificatesIn,
  isInOrder,
  isOwnAuthority,
  makeServingCertificate,
  renewServingCertificate,
} from "../../../src/poddefaults/install/serving-certificate.ts";

const DAY = 86_400_000;
const now = Date.now();
const hosts = ["127.0.0.1", "::1", "fd00::12:0:1", "poddefaults.kubeflow.svc"];

test("a TLS client that trusts the authority takes the certificate, for each of its hosts", async () => {
  const made = await makeServingCertificate(hosts, now);
  const server = createServer({ cert: made.certificate, key: made.key }, (socket) => socket.end("hello"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const said = async (host: string) => {
    const socket = connect({
      host: "127.0.0.1",
      port,
      ca: made.authorities,
      servername: "",
      checkServerIdentity: () => undefined,
    });
    await once(socket, "secureConnect");
    const shown = new X509Certificate(socket.getPeerCertificate().raw);
    socket.destroy();
    return host.includes(":") || /^\d/.test(host) ? shown.checkIP(host) : shown.checkHost(host);
  };
  for (const host of hosts) expect(await said(host), host).toBeDefined();
  expect(await said("127.0.0.2")).toBeUndefined();
  server.close();
});

test("the authority is one, the certificate is none, and both hold for a year", async () => {
  const made = await makeServingCertificate(hosts, now);
  const [shown] = certificatesIn(made.certificate);
  const [authority] = certificatesIn(made.authorities);
  expect(authority?.ca).toBe(true);
  expect(shown?.ca).toBe(false);
  expect(shown?.checkIssued(authority as X509Certificate)).toBe(true);
  expect(authority?.verify(authority.publicKey)).toBe(true);
  for (const certificate of [shown, authority]) {
    expect(Date.parse(certificate?.validFrom ?? "")).toBeLessThan(now);
    expect(Date.parse(certificate?.validTo ?? "") - now).toBeGreaterThan(364 * DAY);
  }
  expect(isOwnAuthority(made.authorities)).toBe(true);
});

test("the key of the authority is nowhere", async () => {
  const { certificate, key, authorities } = await makeServingCertificate(hosts, now);
  expect(`${certificate}${key}${authorities}`.match(/PRIVATE KEY-----\n/g)).toHaveLength(2);
  const [authority] = certificatesIn(authorities);
  expect(authority?.checkPrivateKey((await import("node:crypto")).createPrivateKey(key))).toBe(false);
});

test("what is in order is kept", async () => {
  const made = await makeServingCertificate(hosts, now);
  expect(await renewServingCertificate(made, hosts, now + 300 * DAY)).toBe(made);
  expect(await renewServingCertificate(made, ["::1"], now)).toBe(made);
});

test.each([
  ["near its end", hosts, 340 * DAY],
  ["for another host", ["10.0.0.1"], 0],
])("what is %s is made anew, and its authority stays trusted while it holds", async (_what, wanted, later) => {
  const old = await makeServingCertificate(hosts, now);
  const made = await renewServingCertificate(old, wanted, now + later);
  expect(isInOrder(made, wanted, now + later)).toBe(true);
  expect(made.key).not.toBe(old.key);
  const subjects = certificatesIn(made.authorities).map(({ fingerprint256 }) => fingerprint256);
  expect(subjects).toHaveLength(2);
  expect(subjects[1]).toBe(certificatesIn(old.authorities)[0]?.fingerprint256);
});

test("an authority that has ended is trusted no more", async () => {
  const old = await makeServingCertificate(hosts, now);
  expect(certificatesIn((await renewServingCertificate(old, hosts, now + 400 * DAY)).authorities)).toHaveLength(1);
});

test("authorities do not pile up, however often it is renewed", async () => {
  let made = await makeServingCertificate(hosts, now);
  for (const host of ["a.example.com", "b.example.com", "c.example.com"]) {
    made = await renewServingCertificate(made, [host], now);
  }
  expect(certificatesIn(made.authorities)).toHaveLength(2);
});

test("a key that is another's and files that are none are not in order", async () => {
  const made = await makeServingCertificate(hosts, now);
  const other = await makeServingCertificate(hosts, now);
  expect(isInOrder({ ...made, key: other.key }, hosts, now)).toBe(false);
  expect(isInOrder({ ...made, authorities: other.authorities }, hosts, now)).toBe(false);
  expect(
    isInOrder({ ...made, certificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }, hosts, now),
  ).toBe(false);
  expect(isInOrder({ ...made, key: "" }, hosts, now)).toBe(false);
});

test("after 2049 a certificate says the time in the longer way", async () => {
  const later = Date.UTC(2051, 5, 1);
  const made = await makeServingCertificate(hosts, later);
  expect(Date.parse(certificatesIn(made.certificate)[0]?.validTo ?? "")).toBe(later + 365 * DAY);
});
