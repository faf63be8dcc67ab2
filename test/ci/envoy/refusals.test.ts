import { execFileSync } from "node:child_process";
import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bearerToken, Client, connect, diagnose, KfpError } from "@kfp-ts/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../../../scripts/free-ports.mjs";
import { experimentsOf } from "./calls.ts";
import { cluster, envoy, httpFilter, type Part } from "./envoy.ts";
import type { Program } from "./program.ts";

const room = mkdtempSync(join(tmpdir(), "kfp-ts-envoy-refusals-"));
const issuer = "https://gateway.example.com/dex";
const audience = "pipelines.kubeflow.org";
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const newKeys = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A token for the service account of a namespace, as a cluster signs them. */
function token(
  claims: Readonly<Record<string, unknown>> = {},
  key: KeyObject = keys.privateKey,
  kid = "first",
): string {
  const subject = "system:serviceaccount:team-a:default-editor";
  const now = Math.floor(Date.now() / 1000);
  const body = { iss: issuer, aud: [audience], sub: subject, iat: now - 60, exp: now + 3600, ...claims };
  const parts = [{ alg: "RS256", kid, typ: "JWT" }, body].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const signature = createSign("RSA-SHA256").update(parts.join(".")).sign(key, "base64url");
  return [...parts, signature].join(".");
}

function jwks(key: KeyObject, kid: string): string {
  return JSON.stringify({ keys: [{ ...key.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }] });
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

/** TLS of the mesh, as the other side speaks it or expects it. */
const speaksTls: Part = {
  transport_socket: {
    name: "envoy.transport_sockets.tls",
    typed_config: { "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext" },
  },
};

/** Whoever asks below the path of a refusal meets it; all else is the same. */
function refusing(unreachable: number): readonly Part[] {
  const provider = (remote: Part) => ({ issuer, audiences: [audience], forward: true, ...remote });
  const keysBelow = (from: string) => ({
    remote_jwks: { http_uri: { uri: `http://127.0.0.1:${unreachable}/keys`, cluster: from, timeout: "1s" } },
  });
  const requires = (name: string) => ({ match: { prefix: `/${name}/` }, requires: { provider_name: name } });
  return [
    httpFilter("jwt_authn", "v3.JwtAuthentication", {
      providers: {
        tokens: provider({ local_jwks: { inline_string: jwks(keys.publicKey, "first") } }),
        "keys-gone": provider(keysBelow("gone")),
      },
      rules: [requires("tokens"), requires("keys-gone")],
    }),
    httpFilter("rbac", "v3.RBAC", {
      rules: {
        action: "DENY",
        policies: {
          nobody: { permissions: [{ url_path: { path: { prefix: "/denied/" } } }], principals: [{ any: true }] },
        },
      },
    }),
  ];
}

const servers: Server[] = [];
let proxy: Program | undefined;
let origin: string;
beforeAll(async () => {
  const files = { key: join(room, "key.pem"), cert: join(room, "cert.pem") };
  const words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=mesh", "-days", "2"];
  execFileSync("openssl", [...words, "-keyout", files.key, "-out", files.cert], { stdio: "pipe" });
  const silent = await listening(createServer(() => {}));
  const plain = await listening(
    createServer((_request, response) => {
      response.setHeader("content-type", "application/json").end("{}");
    }),
  );
  // STRICT mutual TLS: a caller without a certificate of the mesh is cut off.
  const strict = await listening(
    createTlsServer(
      { key: readFileSync(files.key), cert: readFileSync(files.cert), requestCert: true, rejectUnauthorized: true },
      (_request, response) => response.end("{}"),
    ),
  );
  const [port = 0, gone = 0] = await freePorts(2);
  origin = `http://localhost:${port}`;
  const to = (name: string, more: Part = {}) => ({ match: { prefix: `/${name}/` }, route: { cluster: name, ...more } });
  proxy = envoy(room, port, {
    filters: refusing(gone),
    routes: [
      to("silent", { timeout: "0.2s" }),
      to("gone"),
      to("strict"),
      to("strict-with-tls"),
      to("plain-with-tls"),
      to("not-ready"),
      { match: { prefix: "/" }, route: { cluster: "plain" } },
    ],
    clusters: [
      cluster("silent", { port: silent }),
      cluster("gone", { port: gone }),
      cluster("strict", { port: strict }),
      { ...cluster("strict-with-tls", { port: strict }), ...speaksTls },
      { ...cluster("plain-with-tls", { port: plain }), ...speaksTls },
      { name: "not-ready", type: "STATIC", load_assignment: { cluster_name: "not-ready", endpoints: [] } },
      cluster("plain", { port: plain }),
    ],
  });
  await proxy.start();
});
afterAll(async () => {
  await proxy?.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(room, { recursive: true, force: true });
});

interface Refusal {
  /** The number of the failure in docs/errors. */
  readonly number: number;
  readonly what: string;
  /** Below which path of Envoy it is met. */
  readonly at: string;
  readonly token?: () => string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code: string;
  /** What Envoy says, as the error repeats it. */
  readonly says: RegExp;
  readonly fix: RegExp;
}

const sidecar = /sidecar/;
const refusals: readonly Refusal[] = [
  {
    number: 1,
    what: "an AuthorizationPolicy that allows nobody, without credentials",
    at: "denied",
    code: "MESH_DENIED",
    says: /RBAC: access denied/,
    fix: /pipelines\.kubeflow\.org/,
  },
  {
    number: 1,
    what: "an AuthorizationPolicy that allows nobody, and a header that names a user",
    at: "denied",
    headers: { "kubeflow-userid": "ada@example.com" },
    code: "MESH_DENIED",
    says: /RBAC: access denied/,
    fix: /kubeflow-userid/,
  },
  {
    number: 4,
    what: "a token whose issuer the gateway does not know",
    at: "tokens",
    token: () => token({ iss: "https://kubernetes.default.svc.cluster.local" }),
    code: "TOKEN_ISSUER_UNKNOWN",
    says: /Jwt issuer is not configured.*kubernetes\.default\.svc/,
    fix: /RequestAuthentication/,
  },
  {
    number: 5,
    what: "keys of the issuer that the gateway cannot fetch",
    at: "keys-gone",
    token: () => token(),
    code: "TOKEN_KEYS_UNKNOWN",
    says: /Jwks/,
    fix: /./,
  },
  {
    number: 5,
    what: "a token signed with a key that is newer than what the gateway keeps",
    at: "tokens",
    token: () => token({}, newKeys.privateKey, "second"),
    code: "TOKEN_KEYS_UNKNOWN",
    says: /Jwks doesn't have key to match kid or alg/,
    fix: /./,
  },
  {
    number: 9,
    what: "no sidecar here, mutual TLS there",
    at: "strict",
    code: "UPSTREAM_FAILED",
    says: /upstream connect error|disconnect\/reset/,
    fix: sidecar,
  },
  {
    number: 9,
    what: "TLS here, but no certificate that the mesh there knows",
    at: "strict-with-tls",
    code: "UPSTREAM_FAILED",
    says: /upstream connect error|disconnect\/reset/,
    fix: sidecar,
  },
  {
    number: 9,
    what: "mutual TLS here, no sidecar there",
    at: "plain-with-tls",
    code: "UPSTREAM_FAILED",
    // Which error of TLS it was, older versions say; this one says it to its log alone.
    says: /upstream connect error|disconnect\/reset/,
    fix: sidecar,
  },
  {
    number: 9,
    what: "a pod that does not listen",
    at: "gone",
    code: "UPSTREAM_FAILED",
    says: /remote connection failure|connection failure/,
    fix: /ready/,
  },
  {
    number: 9,
    what: "a service without a pod that is ready",
    at: "not-ready",
    code: "SERVER_UNAVAILABLE",
    says: /no pod of the API that is ready/,
    fix: /pods are ready/,
  },
  {
    number: 16,
    what: "headers that are larger than Envoy takes",
    at: "plain",
    headers: { cookie: `session=${"a".repeat(70_000)}` },
    code: "HEADERS_TOO_LARGE",
    says: /HTTP 431/,
    fix: /cookies/,
  },
  {
    number: 24,
    what: "an API that takes longer than the route allows",
    at: "silent",
    code: "GATEWAY_TIMEOUT",
    says: /gave up waiting \(HTTP 504\)/,
    fix: /./,
  },
];

function optionsOf(refusal: Refusal) {
  const sent = refusal.token?.();
  return {
    host: `${origin}/${refusal.at}`,
    namespace: "team-a",
    maxRetries: 0,
    ...(sent !== undefined && { credentials: bearerToken(sent) }),
    ...(refusal.headers !== undefined && { headers: refusal.headers }),
  };
}

async function failureOf(failing: Promise<unknown>): Promise<KfpError> {
  const error = await failing.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof KfpError)) throw new Error(`not an error of the SDK: ${String(error)}`);
  return error;
}

describe("what Envoy refuses is named by a call, by connect() and by the doctor", () => {
  it.each(refusals)("B$number: $what", async (refusal) => {
    const { code, says, fix } = refusal;
    const options = optionsOf(refusal);
    const called = await failureOf(experimentsOf(new Client(options)));
    const connected = await failureOf(connect(options));
    const { verdict, probes } = await diagnose(options);
    const seen = [called, connected, { ...verdict, message: verdict.cause }];
    expect(seen.map((one) => one.code)).toEqual([code, code, code]);
    for (const { message } of seen) expect(message).toMatch(says);
    for (const one of seen) expect(one.fix).toMatch(fix);
    const told = JSON.stringify([called.message, connected.message, verdict, probes]);
    const secrets = [options.credentials === undefined ? undefined : refusal.token?.().split(".")[2], "a".repeat(100)];
    for (const secret of secrets) if (secret !== undefined) expect(told).not.toContain(secret);
  });
});

describe("a token that is over at Envoy", () => {
  const ended = (ago: number) => token({ exp: Math.floor(Date.now() / 1000) - ago });

  it("is told apart from one that is for somebody else", async () => {
    const options = (sent: string) => ({ host: `${origin}/tokens`, maxRetries: 0, credentials: bearerToken(sent) });
    const over = await failureOf(connect(options(ended(3600))));
    expect([over.code, over.message]).toEqual(["TOKEN_EXPIRED", expect.stringContaining("The token ended at")]);
    const other = await failureOf(connect(options(token({ aud: ["https://kubernetes.default.svc"] }))));
    expect([other.code, other.message]).toEqual([
      "TOKEN_WRONG_AUDIENCE",
      expect.stringContaining("Its audience is https://kubernetes.default.svc."),
    ]);
    expect(other.fix).toContain("--audience=pipelines.kubeflow.org");
  });
});
