import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, dexPassword } from "@kfp-ts/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../../../scripts/free-ports.mjs";
import { experimentsOf, old } from "./calls.ts";
import { cluster, envoy, httpFilter, pipelineRoutes, tokensSayWho, unasked } from "./envoy.ts";
import { type Program, program } from "./program.ts";

const command = fileURLToPath(new URL("../../../packages/cli/dist/kfp-ts.js", import.meta.url));
const namespace = "kubeflow-user-example-com";
const room = mkdtempSync(join(tmpdir(), "kfp-ts-envoy-"));

/** Who asks our gateway for each request, and takes of its answer what says who somebody is. */
function asksGateway(port: number) {
  const exact = (...names: readonly string[]) => ({ patterns: names.map((name) => ({ exact: name })) });
  return httpFilter("ext_authz", "v3.ExtAuthz", {
    transport_api_version: "V3",
    allowed_headers: exact("authorization", "cookie"),
    http_service: {
      server_uri: { uri: `http://127.0.0.1:${port}`, cluster: "gateway-check", timeout: "10s" },
      authorization_response: { allowed_upstream_headers: exact("authorization") },
    },
  });
}

let served: Program;
let proxy: Program;
let origin: string;
beforeAll(async () => {
  const [port = 0, apiPort = 0, gatewayPort = 0, checkPort = 0] = await freePorts(4);
  origin = `http://localhost:${port}`;
  const socket = join(room, "api.sock");
  const words = {
    "--data": join(room, "data"),
    "--port": apiPort,
    "--gateway-port": gatewayPort,
    "--ext-authz-port": checkPort,
    "--external-url": origin,
    "--identity-from": `unix:${socket}`,
  };
  const args = Object.entries(words).flatMap(([name, value]) => [name, `${value}`]);
  served = program(
    process.execPath,
    [command, "serve", "--kubeflow", ...args],
    [apiPort, gatewayPort, checkPort],
    room,
  );
  await served.start();
  proxy = envoy(room, port, {
    filters: [asksGateway(checkPort), tokensSayWho(`${origin}/dex`, { url: `${origin}/dex/keys`, cluster: "gateway" })],
    routes: [
      { match: { prefix: "/dex/" }, route: { cluster: "gateway" }, ...unasked },
      { match: { prefix: "/oauth2/" }, route: { cluster: "gateway" }, ...unasked },
      ...pipelineRoutes,
    ],
    clusters: [
      cluster("gateway", { port: gatewayPort }),
      cluster("gateway-check", { port: checkPort }),
      cluster("api", { socket }),
    ],
  });
  await proxy.start();
});
afterAll(async () => {
  await proxy?.stop();
  await served?.stop();
  rmSync(room, { recursive: true, force: true });
});

function client(password = "12341234") {
  const credentials = dexPassword({ username: "user@example.com", password });
  return new Client({ host: `${origin}/pipeline`, namespace, credentials });
}

/** A client, and how often its password has been asked for: once for each login. */
function watched(): { readonly kfp: Client; readonly asked: () => number } {
  let asked = 0;
  const password = (): string => {
    asked += 1;
    return "12341234";
  };
  const credentials = dexPassword({ username: "user@example.com", password });
  return { kfp: new Client({ host: `${origin}/pipeline`, namespace, credentials }), asked: () => asked };
}

describe("an Envoy that asks our gateway", () => {
  it("lets the SDK in after a login, as the user who logged in", async () => {
    const kfp = client();
    await kfp.experiments.create({ displayName: "through Envoy" });
    expect(await experimentsOf(kfp)).toEqual(["through Envoy"]);
    await expect(kfp.experiments.create({ displayName: "elsewhere", namespace: "kube-system" })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
      message: expect.stringContaining("User 'user@example.com' is not authorized"),
    });
  });

  it("tells of a wrong password", async () => {
    await expect(experimentsOf(client("wrong"))).rejects.toMatchObject({ code: "LOGIN_REFUSED" });
  });

  it("answers programs with 401 and people with the sign-in page", async () => {
    const api = await fetch(`${origin}/pipeline/apis/v2beta1/experiments`);
    expect([api.status, await api.text()]).toEqual([401, "{}"]);
    const page = await fetch(`${origin}/pipeline`);
    expect([page.status, page.headers.get("content-type")]).toEqual([403, expect.stringMatching(/^text\/html/)]);
  });

  it("believes nobody who only says who they are", async () => {
    const answers = ["user@example.com", "admin@example.com"].map((user) =>
      fetch(`${origin}/pipeline/apis/v2beta1/experiments?namespace=${namespace}`, {
        headers: { "kubeflow-userid": user, "x-auth-request-email": user },
      }),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([401, 401]);
  });

  it("lets nobody be somebody else than who logged in", async () => {
    const credentials = dexPassword({ username: "user@example.com", password: "12341234" });
    const headers = { "kubeflow-userid": "admin@example.com" };
    const kfp = new Client({ host: `${origin}/pipeline`, namespace, credentials, headers });
    await expect(kfp.experiments.create({ displayName: "x", namespace: "kube-system" })).rejects.toMatchObject({
      message: expect.stringContaining("User 'user@example.com' is not authorized"),
    });
    expect(await experimentsOf(kfp)).toEqual(["through Envoy"]);
  });

  it("keeps a login while the gateway and the identity provider stop and start", async () => {
    const { kfp, asked } = watched();
    await experimentsOf(kfp);
    await served.stop();
    // Envoy refuses without a word while nobody answers it.
    await expect(experimentsOf(kfp)).rejects.toMatchObject({ code: "SERVER_UNAVAILABLE" });
    await served.start();
    expect(await experimentsOf(kfp)).toEqual(["through Envoy"]);
    expect(asked()).toBe(1);
  });

  it("has the SDK log in again, once, when its session has ended", async () => {
    const { kfp, asked } = watched();
    await experimentsOf(kfp);
    await old();
    await served.stop();
    rmSync(join(room, "data/kubeflow/gateway"), { recursive: true });
    await served.start();
    const lists = await Promise.all(Array.from({ length: 20 }, () => experimentsOf(kfp)));
    expect(lists).toEqual(Array.from({ length: 20 }, () => ["through Envoy"]));
    expect(asked()).toBe(2);
  });
});
