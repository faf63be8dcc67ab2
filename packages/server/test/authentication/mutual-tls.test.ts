import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type RequestOptions, request } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { certificateNames } from "../../src/http/certificate-names.ts";
import type { RunningServer } from "../../src/index.ts";
import { goodToken, startAskingServer, takenFor, tokenUser } from "./asked-server.ts";

const alice = { "kubeflow-userid": "alice@example.com" };
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

interface Pair {
  readonly cert: string;
  readonly key: string;
}

// Certificates are made with openssl; a machine without it cannot make them.
describe.skipIf(!hasOpenssl)("a server that trusts client certificates", () => {
  let folder = "";
  let server: RunningServer;
  let ca: Pair;
  let otherCa: Pair;

  const openssl = (...args: string[]): void => {
    const { status, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
  };
  const pair = async (name: string): Promise<Pair> => ({
    cert: await readFile(join(folder, `${name}.pem`), "utf8"),
    key: await readFile(join(folder, `${name}.key`), "utf8"),
  });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const authority = async (name: string): Promise<Pair> => {
    openssl("req", "-x509", ...key, "-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`);
    return pair(name);
  };
  /** @param alternative - Alternative names, each with its kind in front: `DNS:a.example`. */
  const signed = async (name: string, by: string, subject: string, ...alternative: string[]): Promise<Pair> => {
    openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", subject);
    const lines = alternative.map((one, index) => one.replace(":", `.${index} = `));
    const section = lines.length === 0 ? [] : ["subjectAltName = @names", "[names]", ...lines];
    await writeFile(join(folder, `${name}.ext`), section.join("\n"));
    const to = ["-in", `${name}.csr`, "-out", `${name}.pem`, "-extfile", `${name}.ext`, "-days", "1"];
    openssl("x509", "-req", ...to, "-CA", `${by}.pem`, "-CAkey", `${by}.key`, "-CAcreateserial");
    return pair(name);
  };
  const ask = (headers: Parameters<typeof takenFor>[1], client: ConnectionOptions = {}) =>
    takenFor(server, headers, { ca: ca.cert, servername: "localhost", ...client });

  /** A session that can be resumed, of a client that asks once. */
  const sessionOf = (options: RequestOptions): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      let session: Buffer | undefined;
      const asked = request(
        { host: "127.0.0.1", port: server.port, path: "/", agent: false, ...options },
        (response) => {
          response
            .resume()
            .on("end", () => (session === undefined ? reject(new Error("no session")) : resolve(session)));
        },
      );
      asked.on("socket", (socket) => {
        socket.on("session", (given) => {
          session = given;
        });
      });
      asked.on("error", reject).end();
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kfp-ts-tls-"));
    ca = await authority("ca");
    otherCa = await authority("other-ca");
    const names = ["gateway.kubeflow.svc", "spiffe://cluster.local/ns/istio-system/sa/gateway", "gw"];
    server = await startAskingServer(
      { trust: { by: "mutual TLS", names } },
      {
        tls: { ...(await signed("server", "ca", "/CN=localhost", "DNS:localhost", "IP:127.0.0.1")), clientCa: ca.cert },
      },
    );
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  test("speaks TLS, says so in its URL, and answers", async () => {
    expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
  });

  test("believes the header beside a certificate with one of the names: of a host, of a URI, or common", async () => {
    const gateways = [
      await signed("dns", "ca", "/CN=any", "DNS:other.example", "DNS:gateway.kubeflow.svc"),
      await signed("uri", "ca", "/O=x", "URI:spiffe://cluster.local/ns/istio-system/sa/gateway"),
      await signed("cn", "ca", "/O=x/CN=gw"),
    ];
    for (const gateway of gateways) expect((await ask(alice, gateway)).user).toBe("alice@example.com");
    const token = { authorization: `Bearer ${goodToken}` };
    expect((await ask({ ...alice, ...token }, gateways[0])).user).toBe("alice@example.com");
  });

  test("does not believe it beside a certificate with another name", async () => {
    const others = [
      await signed("name", "ca", "/CN=gateway.kubeflow.svc.evil.example"),
      await signed("org", "ca", "/O=gw/CN=other"),
      await signed("trick", "ca", "/CN=x", "URI:http://evil/, DNS:gateway.kubeflow.svc"),
    ];
    for (const other of others) expect(await ask(alice, other)).toMatchObject({ status: 401, user: undefined });
  });

  test("does not believe it beside a certificate of another authority, or of the client's own", async () => {
    const stranger = await signed("stranger", "other-ca", "/CN=gw", "DNS:gateway.kubeflow.svc");
    for (const client of [stranger, otherCa]) {
      expect(await ask(alice, client)).toMatchObject({ status: 401, user: undefined });
    }
  });

  test("takes a token from a client without a certificate, or with any", async () => {
    const token = { authorization: `Bearer ${goodToken}` };
    expect((await ask(token)).user).toBe(tokenUser);
    expect((await ask({ ...alice, ...token })).user).toBe(tokenUser);
    expect((await ask(token, otherCa)).user).toBe(tokenUser);
    expect((await ask(alice)).status).toBe(401);
  });

  test("lets its own pages in, whose origin is https, and no others", async () => {
    const { host } = new URL(server.url);
    const token = { authorization: `Bearer ${goodToken}`, host };
    expect((await ask({ ...token, origin: `https://${host}` })).user).toBe(tokenUser);
    expect((await ask({ ...token, origin: `http://${host}` })).user).toBeUndefined();
  });

  test("believes nothing of a resumed session that was not believed when it began", async () => {
    const stranger = await signed("again", "other-ca", "/CN=gw");
    for (const maxVersion of ["TLSv1.3", "TLSv1.2"] as const) {
      for (const client of [stranger, {}]) {
        const options = { ca: ca.cert, servername: "localhost", maxVersion, ...client };
        const session = await sessionOf(options);
        for (const again of [options, { ...options, ...stranger }]) {
          expect(await ask(alice, { ...again, session })).toMatchObject({
            status: 401,
            user: undefined,
            resumed: true,
          });
        }
      }
    }
  });

  test("ends a connection that does not speak TLS", async () => {
    const text = await new Promise<string>((resolve, reject) => {
      let received = "";
      const socket = connect(server.port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"));
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1");
      });
      socket.on("close", () => resolve(received));
      socket.on("error", reject);
    });
    expect(text).not.toContain("200 OK");
  });

  test("does not start with a key of another certificate", async () => {
    const cert = await readFile(join(folder, "server.pem"), "utf8");
    const tls = { cert, key: ca.key };
    await expect(startAskingServer({}, { tls })).rejects.toMatchObject({ name: "StartError", code: "ERR_OPTION" });
  });
});

describe("the names of a certificate", () => {
  const names = (subjectAltName: string | undefined, subject = "") => certificateNames({ subject, subjectAltName });

  test("are its common names, and its alternative ones that are a host, a URI or an address of mail", () => {
    expect(names("DNS:a.example, IP Address:10.0.0.1, URI:spiffe://x/y, email:m@a.example", "O=o\nCN=c")).toEqual([
      "c",
      "a.example",
      "spiffe://x/y",
      "m@a.example",
    ]);
    expect(names(undefined)).toEqual([]);
  });

  test("are never cut out of the middle of another", () => {
    expect(names('URI:"http://evil/, DNS:gw", DNS:b')).toEqual(["http://evil/, DNS:gw", "b"]);
    expect(names('DNS:"a\\", DNS:gw')).toEqual([]);
    expect(names('DNS:a"b, DNS:gw')).toEqual([]);
    expect(names("", "O=x, CN=gw\nOU=CN=gw")).toEqual([]);
  });
});
