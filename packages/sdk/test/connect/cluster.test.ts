import { describe, expect, test } from "vitest";
import { findConnection } from "../../src/connect/find-connection.ts";
import { bearerToken } from "../../src/credentials/bearer-token.ts";
import { Client, KfpError } from "../../src/index.ts";
import type { OpenTunnel, TunnelOptions } from "../../src/tunnels/tunnel.ts";
import { localServer } from "../helpers/local-server.ts";
import { serviceAccountToken } from "../helpers/tokens.ts";
import { connectFailure, gateway, many, portsOf, refusedIn, session, single, user } from "./scene.ts";

const ui = "kubeflow/ml-pipeline-ui";
const ingress = "istio-system/istio-ingressgateway";

describe("connect through a cluster", () => {
  test("finds the service, goes through a tunnel, and ends it when the client is closed", async () => {
    const { origin } = await localServer(single);
    const { ports, log } = portsOf({
      cluster: [
        { at: "kubeflow/ml-pipeline", host: origin },
        { at: ui, host: origin },
      ],
    });
    const { connected } = await findConnection({}, ports);
    expect(connected.connection).toMatchObject({
      how: "kubeconfig",
      host: origin,
      tunnel: { kubeContext: "kind", namespace: "kubeflow", service: "ml-pipeline-ui", localPort: 4711 },
      why: "A tunnel to kubeflow/ml-pipeline-ui of the kubeconfig's context kind.",
    });
    expect(log).toEqual([`open ${ui}`]);
    await connected.close();
    expect(log).toEqual([`open ${ui}`, `close ${ui}`]);
  });

  test("goes where it is told: context of the kubeconfig, service with its namespace, local port", async () => {
    const { origin } = await localServer(single);
    const { ports } = portsOf({ cluster: [{ at: "pipelines/web", host: origin }] });
    const options = { kubeContext: "prod", service: "pipelines/web", localPort: 8888 };
    const { connection } = (await findConnection(options, ports)).connected;
    expect(connection).toMatchObject({
      how: "passed",
      tunnel: { kubeContext: "prod", namespace: "pipelines", service: "web", localPort: 8888 },
    });
  });

  test("a service is named with its port as for the command, and a service that is none is wrong", async () => {
    const { origin } = await localServer(single);
    for (const [service, opened] of [
      [`${ui}:8888`, `open ${ui}:8888`],
      ["ml-pipeline-ui:http", `open ${ui}:http`],
    ]) {
      const { ports, log } = portsOf({ cluster: [{ at: ui, host: origin }] });
      await (await findConnection({ service }, ports)).connected.close();
      expect(log[0]).toBe(opened);
    }
    for (const service of ["a/b/c", "kubeflow/", "ml-pipeline:80:81", "Kubeflow/ui", "ui:"]) {
      expect(await refusedIn({ cluster: [] }, { service })).toMatchObject({ code: "BAD_OPTION" });
    }
  });

  test("several namespaces with it are an error that lists them, with what to type for each", async () => {
    const cluster = [
      { at: ui, host: "http://127.0.0.1:1" },
      { at: "other/ml-pipeline", host: "http://127.0.0.1:1" },
    ];
    const error = await refusedIn({ cluster });
    expect(error.code).toBe("AMBIGUOUS_ENDPOINT");
    expect(error.message).toContain("kubeflow/ml-pipeline-ui, other/ml-pipeline");
    expect(error.fix).toContain('connect({ kubeContext: "kind", service: "kubeflow/ml-pipeline-ui" })');
    expect(error.fix).toContain('connect({ kubeContext: "kind", service: "other/ml-pipeline" })');
  });

  test("of several, the namespace that is said decides; else the one to work in, where it has the service", async () => {
    const { origin } = await localServer(single);
    const cluster = [
      { at: ui, host: origin },
      { at: "team-a/ml-pipeline-ui", host: origin },
    ];
    const through = async (options: object) =>
      (await findConnection(options, portsOf({ cluster }).ports)).connected.connection.tunnel?.namespace;
    expect(await through({ pipelinesNamespace: "kubeflow", namespace: "team-a" })).toBe("kubeflow");
    expect(await through({ namespace: "team-a" })).toBe("team-a");
  });

  test("a service that is not there is an error where it was asked for, and passed over where not", async () => {
    expect((await refusedIn({ cluster: [] }, { kubeContext: "kind" })).code).toBe("SERVICE_NOT_FOUND");
    const error = await refusedIn({ cluster: [] });
    expect(error.code).toBe("NO_ENDPOINT");
    expect(error.message).toContain("has no service ml-pipeline-ui or ml-pipeline in any namespace");
  });

  test("where the namespace of the services is said, it is not said of any other that they are not there", async () => {
    const cluster = [{ at: ui, host: "http://127.0.0.1:1" }];
    const error = await refusedIn({ cluster }, { kubeContext: "kind", pipelinesNamespace: "other" });
    expect(error.code).toBe("SERVICE_NOT_FOUND");
    expect(error.message).toContain("in the namespace other");
    expect(error.message).not.toContain("any namespace");
  });

  test("a cluster that does not answer is an error where it was asked for", async () => {
    const cluster = new KfpError("CLUSTER_UNREACHABLE", { message: "The cluster does not answer." });
    expect((await refusedIn({ cluster }, { kubeContext: "kind" })).code).toBe("CLUSTER_UNREACHABLE");
  });

  test("a cluster that is silent and was asked for is named before the time of connecting is over", async () => {
    const { ports } = portsOf({});
    const never = { ...ports, tunnels: { ...ports.tunnels, find: () => new Promise(() => undefined) } } as typeof ports;
    const error = await connectFailure(findConnection({ kubeContext: "kind", withinMs: 500 }, never));
    expect(error).toMatchObject({ code: "CLUSTER_UNREACHABLE", message: expect.stringContaining("within 300 ms") });
  });

  test("a cluster that is silent and that nobody asked for leaves time for what comes next, and is told of", async () => {
    const { origin } = await localServer(single);
    const { ports } = portsOf({ announced: [{ endpoint: origin, processId: 1, multiUser: false }] });
    const silent = {
      ...ports,
      tunnels: ports.tunnels && { ...ports.tunnels, find: () => new Promise<never>(() => {}) },
    };
    const { connection } = (await findConnection({ withinMs: 2_000 }, silent)).connected;
    expect(connection.how).toBe("announced");
    expect(connection.steps.find(({ source }) => source === "kubeconfig")).toMatchObject({
      outcome: "failed",
      fact: "The cluster of the kubeconfig did not answer within 600 ms.",
    });
  });

  test("a read that is cut off says what the tunnel knows of it; what may have had an effect, that nobody knows", async () => {
    const server = await localServer(single);
    const { ports } = portsOf({ cluster: [{ at: ui, host: server.origin }] });
    const denied = new KfpError("CLUSTER_DENIED", { message: "The login of the cluster has ended." });
    let isDenied = false;
    const open = ports.tunnels?.open;
    const tunnels = ports.tunnels && {
      ...ports.tunnels,
      open: async (options: TunnelOptions) => {
        const tunnel = await (open as OpenTunnel)(options);
        return { ...tunnel, failure: () => (isDenied ? denied : undefined) };
      },
    };
    const found = await findConnection({ maxRetries: 0 }, { ...ports, tunnels });
    const kfp = new Client(found.options);
    isDenied = true;
    server.server.closeAllConnections();
    server.server.close();
    await expect(kfp.experiments.list()).rejects.toBe(denied);
    await expect(kfp.experiments.create({ displayName: "x" })).rejects.toMatchObject({ kind: "connection" });
    await found.connected.close();
  });

  test("a service without a pod that is ready is told as such, and the tunnel is closed", async () => {
    const failure = new KfpError("TUNNEL_FAILED", { message: "No pod is ready." });
    const { ports, log } = portsOf({ cluster: [{ at: ui, host: failure }] });
    const error = await connectFailure(findConnection({}, ports));
    expect(error).toMatchObject({ code: "TUNNEL_FAILED", cause: failure });
    expect(log).toEqual([`open ${ui}`, `close ${ui}`]);
  });

  test("many users and nobody said: the gateway is tried, and the error says how to log in there", async () => {
    const [api, front] = [await localServer(many), await localServer(gateway)];
    const { ports, log } = portsOf({
      cluster: [
        { at: ui, host: api.origin },
        { at: ingress, host: front.origin },
      ],
    });
    const error = await connectFailure(findConnection({}, ports));
    expect(error.code).toBe("LOGIN_REQUIRED");
    expect(error.fix).toContain(`connect({ service: "${ingress}", credentials: dexPassword(`);
    expect(log).toEqual([`open ${ui}`, `close ${ui}`, `open ${ingress}`, `close ${ingress}`]);
  });

  test("many users and a session: the gateway lets it in, and why says that it was taken", async () => {
    const [api, front] = [
      await localServer((request, response, count) =>
        many({ ...request, headers: { ...request.headers, cookie: undefined } }, response, count),
      ),
      await localServer(gateway),
    ];
    const { ports, log } = portsOf({
      cluster: [
        { at: ui, host: api.origin },
        { at: ingress, host: front.origin },
      ],
    });
    const { connection } = (await findConnection({ credentials: session, namespace: "team-a" }, ports)).connected;
    expect(connection).toMatchObject({
      identity: user,
      host: `${front.origin}/pipeline`,
      tunnel: { service: "istio-ingressgateway" },
    });
    expect(connection.why).toContain("does not know who is asking (NO_IDENTITY), so the way is through the gateway");
    expect(log).toEqual([`open ${ui}`, `close ${ui}`, `open ${ingress}`]);
  });

  test("many users and a token: no gateway is needed", async () => {
    const { origin } = await localServer(many);
    const { ports, log } = portsOf({
      cluster: [
        { at: ui, host: origin },
        { at: ingress, host: "http://127.0.0.1:1" },
      ],
    });
    const credentials = bearerToken(serviceAccountToken());
    const { connection } = (await findConnection({ credentials }, ports)).connected;
    expect(connection).toMatchObject({ namespace: "team-a", host: origin });
    expect(log).toEqual([`open ${ui}`]);
  });

  test("many users, nobody said, and no gateway: the error says how to make a token, or to log in", async () => {
    const { origin } = await localServer(many);
    const error = await refusedIn({ cluster: [{ at: ui, host: origin }] });
    expect(error.code).toBe("NO_IDENTITY");
    expect(error.fix).toContain('kubernetesToken({ serviceAccount: "default-editor", namespace: "NAMESPACE" })');
  });
});
