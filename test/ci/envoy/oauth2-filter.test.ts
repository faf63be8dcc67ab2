import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type IdentityProvider,
  openIdentityProvider,
  openStaticPasswords,
  type StaticPasswords,
} from "@kfp-ts/kubeflow";
import { Client, dexPassword } from "@kfp-ts/sdk";
import { silentLog } from "@kfp-ts/server/ports";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../../../scripts/free-ports.mjs";
import { experimentsOf, old } from "./calls.ts";
import { cluster, envoy, httpFilter, pipelineRoutes, tokensSayWho } from "./envoy.ts";
import { type Program, program } from "./program.ts";

const command = fileURLToPath(new URL("../../../packages/cli/dist/kfp-ts.js", import.meta.url));
const namespace = "kubeflow-user-example-com";
const CLIENT = { id: "envoy", secret: "what Envoy and the provider know" };
const room = mkdtempSync(join(tmpdir(), "kfp-ts-envoy-"));

let identity: { start(): Promise<void>; stop(): Promise<void> };
let server: Program;
let proxy: Program;
let origin: string;
/** Starts the Envoy with a key to sign its cookies with. With another one, all who were logged in are not. */
let startEnvoy: (cookieKey: string) => Promise<void>;

/** Our identity provider by itself, on a port of its own. */
async function identityProvider(issuer: string, port: number): Promise<typeof identity> {
  let open: { readonly provider: IdentityProvider; readonly passwords: StaticPasswords } | undefined;
  const listener = createServer((incoming, outgoing) => void open?.provider.handle(incoming, outgoing));
  return {
    async start() {
      const passwords = await openStaticPasswords({ path: join(room, "users/passwords.yaml") });
      const clients = [{ ...CLIENT, name: "Envoy", redirectUris: [`${new URL(issuer).origin}/callback`] }];
      const dataDirectory = join(room, "identity");
      const options = { issuer, connectors: [passwords], clients, dataDirectory, clock: Date, log: silentLog };
      open = { passwords, provider: await openIdentityProvider(options) };
      await new Promise<void>((resolve) => listener.listen(port, "127.0.0.1", resolve));
    },
    async stop() {
      const closed = new Promise((resolve) => listener.close(resolve));
      listener.closeAllConnections();
      await closed;
      await open?.provider.close();
      await open?.passwords.close();
    },
  };
}

/** Envoy's own login: it takes people to the identity provider and keeps their tokens in cookies. */
function logsIn() {
  return httpFilter("oauth2", "v3.OAuth2", {
    config: {
      token_endpoint: { uri: `${origin}/dex/token`, cluster: "identity", timeout: "5s" },
      authorization_endpoint: `${origin}/dex/auth`,
      redirect_uri: "http://%REQ(:authority)%/callback",
      redirect_path_matcher: { path: { exact: "/callback" } },
      signout_path: { path: { exact: "/signout" } },
      credentials: {
        client_id: CLIENT.id,
        token_secret: { name: "client-secret" },
        hmac_secret: { name: "cookie-key" },
      },
      auth_type: "BASIC_AUTH",
      auth_scopes: ["openid", "email", "profile"],
      forward_bearer_token: true,
      pass_through_matcher: [{ name: ":path", string_match: { prefix: "/dex/" } }],
    },
  });
}

beforeAll(async () => {
  const [port = 0, apiPort = 0, identityPort = 0] = await freePorts(3);
  origin = `http://localhost:${port}`;
  const socket = join(room, "api.sock");
  const words = ["--data", join(room, "data"), "--port", `${apiPort}`, "--identity-from", `unix:${socket}`];
  const args = [command, "serve", "--kubeflow", "--gateway", "none", ...words];
  server = program(process.execPath, args, [apiPort], room);
  await server.start();
  identity = await identityProvider(`${origin}/dex`, identityPort);
  await identity.start();
  startEnvoy = async (cookieKey) => {
    proxy = envoy(room, port, {
      filters: [logsIn(), tokensSayWho(`${origin}/dex`, { url: `${origin}/dex/keys`, cluster: "identity" })],
      routes: [{ match: { prefix: "/dex/" }, route: { cluster: "identity" } }, ...pipelineRoutes],
      clusters: [cluster("identity", { port: identityPort }), cluster("api", { socket })],
      secrets: { "client-secret": CLIENT.secret, "cookie-key": cookieKey },
    });
    await proxy.start();
  };
  await startEnvoy("the first key of the cookies");
});
afterAll(async () => {
  await proxy?.stop();
  await identity?.stop();
  await server?.stop();
  rmSync(room, { recursive: true, force: true });
});

/** A client, and how often its password has been asked for: once for each login. */
function watched(password = "12341234"): { readonly kfp: Client; readonly asked: () => number } {
  let asked = 0;
  const credentials = dexPassword({
    username: "user@example.com",
    password: () => {
      asked += 1;
      return password;
    },
  });
  return { kfp: new Client({ host: `${origin}/pipeline`, namespace, credentials }), asked: () => asked };
}

describe("an Envoy that logs people in by itself, at our identity provider", () => {
  it("lets the SDK in after a login, as the user who logged in", async () => {
    const { kfp, asked } = watched();
    await kfp.experiments.create({ displayName: "through Envoy" });
    expect(await experimentsOf(kfp)).toEqual(["through Envoy"]);
    expect(asked()).toBe(1);
    await expect(kfp.experiments.create({ displayName: "x", namespace: "kube-system" })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
      message: expect.stringContaining("User 'user@example.com' is not authorized"),
    });
  });

  it("tells of a wrong password", async () => {
    await expect(experimentsOf(watched("wrong").kfp)).rejects.toMatchObject({ code: "LOGIN_REFUSED" });
  });

  it("believes nobody who only says who they are", async () => {
    const answer = await fetch(`${origin}/pipeline/apis/v2beta1/experiments?namespace=${namespace}`, {
      headers: { "kubeflow-userid": "user@example.com" },
      redirect: "manual",
    });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, expect.stringContaining("/dex/auth?")]);
  });

  it("lets the SDK work on while the identity provider is away, and log in when it is back", async () => {
    const { kfp, asked } = watched();
    await experimentsOf(kfp);
    await identity.stop();
    expect(await experimentsOf(kfp)).toEqual(["through Envoy"]);
    await expect(experimentsOf(watched().kfp)).rejects.toMatchObject({ code: "LOGIN_UNAVAILABLE" });
    await identity.start();
    expect(await experimentsOf(watched().kfp)).toEqual(["through Envoy"]);
    expect(asked()).toBe(1);
  });

  it("has the SDK log in again, once for all calls, when its session has ended", async () => {
    const { kfp, asked } = watched();
    await experimentsOf(kfp);
    await old();
    await proxy.stop();
    await startEnvoy("another key of the cookies");
    const lists = await Promise.all(Array.from({ length: 20 }, () => experimentsOf(kfp)));
    expect(lists).toEqual(Array.from({ length: 20 }, () => ["through Envoy"]));
    expect(asked()).toBe(2);
  });
});
