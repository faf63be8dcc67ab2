import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Why there are no certificates to test with; undefined where there are. */
export const noCertificates: string | undefined = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "the command openssl, which makes the certificates of these tests, is missing";
  }
})();

export interface Certificates {
  readonly folder: string;
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/** An authority, a server's certificate for 127.0.0.1 and `api.test`, and a client's; gone when the test is over. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "kfp-ts-certificates-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  };
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=test-ca");
  writeFileSync(join(folder, "server.ext"), "subjectAltName=IP:127.0.0.1,DNS:api.test\n");
  writeFileSync(join(folder, "client.ext"), "extendedKeyUsage=clientAuth\n");
  for (const name of ["server", "client"]) {
    openssl("req", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", `${name}.ext`, "-days", "2"];
    openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.crt`, ...signed);
  }
  const file = (name: string): string => readFileSync(join(folder, name), "utf8");
  return {
    folder,
    ca: file("ca.crt"),
    server: { cert: file("server.crt"), key: file("server.key") },
    client: { cert: file("client.crt"), key: file("client.key") },
  };
}
