import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client, isKfpError, type KfpError } from "@kfp-ts/sdk";
import { findInCluster, openTunnel, type Tunnel, type TunnelEvent, type TunnelOptions } from "@kfp-ts/sdk/tunnels";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { apply, createToken, eventually, forwardTo, kubeconfig, kubectl } from "./support/cluster.ts";
import { type RunningCommand, serving } from "./support/command.ts";
import { deployedService, readyEndpoints } from "./support/deployed-service.ts";

const namespace = `t-tunnel-${Date.now().toString(36)}`;
const service = "ml-pipeline-ui";
const authority = join(dirname(kubeconfig()), "client-ca.crt");
const noAuthority = existsSync(authority) ? undefined : "the command openssl, which makes certificates, is missing";
let home: string;
let server: RunningCommand;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "kfp-ts-tunnel-"));
  server = await serving(["serve", "--in-memory", "--no-run", "--port", String(forwardTo())], { home });
  await apply(...deployedService({ namespace, service, account: "notebook", replicas: 2 }));
  await eventually("the pods are ready", async () => (await readyEndpoints(namespace)) === 2);
});
afterAll(async () => {
  await server?.stop();
  await kubectl(["delete", "namespace", namespace]);
  await kubectl(["delete", "node", namespace]);
  rmSync(home, { recursive: true, force: true });
});

const inNamespace = (...args: string[]): Promise<string> => kubectl([...args, "--namespace", namespace]);

interface Config {
  readonly clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
}

/** A kubeconfig like that of the cluster, with something else in it. */
function configWith(user?: Record<string, unknown>, cluster: Record<string, unknown> = {}): string {
  const config = JSON.parse(readFileSync(kubeconfig(), "utf8")) as Config;
  for (const each of config.clusters) Object.assign(each.cluster, cluster);
  if (user !== undefined) for (const each of config.users) each.user = user;
  const path = join(mkdtempSync(join(home, "kubeconfig-")), "config");
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

async function tunnelWith(options: Partial<TunnelOptions> = {}): Promise<Tunnel> {
  const env = { PATH: process.env.PATH, HOME: home };
  const tunnel = await openTunnel({ env, kubeconfig: kubeconfig(), namespace, service, ...options });
  onTestFinished(() => tunnel.close());
  return tunnel;
}

const refusal = (options: Partial<TunnelOptions>): Promise<KfpError> =>
  tunnelWith(options).then(
    () => Promise.reject(new Error("It was opened.")),
    (error: unknown) => {
      if (isKfpError(error)) return error;
      throw error;
    },
  );

async function isHealthy(tunnel: Tunnel): Promise<boolean> {
  const client = new Client({ host: tunnel.host });
  onTestFinished(() => client.close());
  return (await client.healthz.get()).multiUser === false;
}

describe("a tunnel through the Kubernetes API", () => {
  it("leads to the service's pods", async () => {
    const events: TunnelEvent[] = [];
    const tunnel = await tunnelWith({ onEvent: (event) => events.push(event) });
    expect(await isHealthy(tunnel)).toBe(true);
    expect(tunnel).toMatchObject({ namespace, service, port: 80, kubeContext: "kfp-ts-test" });
    expect(events).toEqual([{ type: "forwarding", pod: expect.stringMatching(/^ml-pipeline-ui-/), port: 3000 }]);
  });

  it("is found by the service's name", async () => {
    const found = await findInCluster({ env: {}, kubeconfig: kubeconfig(), names: [service] });
    expect(found?.services).toContainEqual({ namespace, name: service, ports: [{ name: undefined, port: 80 }] });
  });

  it("goes on with the next pod when pods are deleted, and waits while there is none", {
    timeout: 120_000,
  }, async () => {
    const events: TunnelEvent[] = [];
    const tunnel = await tunnelWith({ patienceMs: 60_000, onEvent: (event) => events.push(event) });
    await inNamespace("delete", "pods", "--all", "--wait");
    expect(await isHealthy(tunnel)).toBe(true);
    await inNamespace("scale", "deployment", service, "--replicas=0");
    await eventually("no pod is left", async () => (await inNamespace("get", "pods", "--output=name")) === "");
    const waiting = isHealthy(tunnel);
    await eventually("the tunnel has no pod", async () => tunnel.failure()?.code === "TUNNEL_FAILED");
    await inNamespace("scale", "deployment", service, "--replicas=2");
    expect(await waiting).toBe(true);
    expect(tunnel.failure()).toBeUndefined();
    expect(events.filter(({ type }) => type === "interrupted").length).toBeGreaterThan(0);
    await eventually("the pods are ready", async () => (await readyEndpoints(namespace)) === 2);
  });

  it("answers every read and doubles nothing while pods and connections come and go", {
    timeout: 120_000,
  }, async () => {
    const way = await cuttableWay();
    const tunnel = await tunnelWith({ kubeconfig: configWith(undefined, { server: way.server }), patienceMs: 60_000 });
    const client = new Client({ host: tunnel.host });
    onTestFinished(() => client.close());
    const { experimentId } = await client.experiments.create({ displayName: "before" });
    const counts = { read: 0, created: 0, failed: 0, cuts: 0 };
    let goesOn = true;
    const reading = Array.from({ length: 8 }, async () => {
      while (goesOn) {
        expect((await client.experiments.get(experimentId)).displayName).toBe("before");
        counts.read += 1;
      }
    });
    const answered: string[] = [];
    const tried: string[] = [];
    const creating = Array.from({ length: 8 }, async (_, writer) => {
      for (let number = 0; goesOn; number++) {
        const displayName = `load-${writer}-${number}`;
        tried.push(displayName);
        try {
          await client.experiments.create({ displayName });
          answered.push(displayName);
          counts.created += 1;
        } catch (error) {
          if (!isKfpError(error) || error.code !== "CONNECTION_LOST") throw error;
          counts.failed += 1;
        }
      }
    });
    for (let round = 0; round < 4; round++) {
      await inNamespace("delete", "pods", "--all", "--wait=false");
      for (let cut = 0; cut < 3; cut++) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        counts.cuts += way.cut();
      }
    }
    goesOn = false;
    await Promise.all([...reading, ...creating]);
    const times = new Map<string, number>();
    for await (const { displayName } of new Client({ host: server.url }).experiments.list({ pageSize: 200 })) {
      times.set(displayName, (times.get(displayName) ?? 0) + 1);
    }
    console.log(`while pods and connections came and went: ${JSON.stringify(counts)}`);
    expect(answered.filter((name) => times.get(name) !== 1)).toEqual([]);
    expect(tried.filter((name) => (times.get(name) ?? 0) > 1)).toEqual([]);
    expect(counts.cuts).toBeGreaterThan(0);
    expect(counts.read).toBeGreaterThan(0);
    await eventually("the pods are ready", async () => (await readyEndpoints(namespace)) === 2);
  });
});

describe("who may not open a tunnel", () => {
  it("is told what would allow it, and may once that is applied", { timeout: 60_000 }, async () => {
    const token = await createToken(namespace, "notebook", "https://kubernetes.default.svc");
    const config = configWith({ token });
    const denied = await refusal({ kubeconfig: config });
    expect(denied.code).toBe("CLUSTER_DENIED");
    expect(denied.message).toContain(`system:serviceaccount:${namespace}:notebook`);
    const role = denied.fix.slice(denied.fix.indexOf("apiVersion:"));
    await apply(role);
    await eventually("the role holds", () => tunnelWith({ kubeconfig: config }).then(isHealthy, () => false));
    // All but the last step: what is refused now is the port-forward itself.
    await apply(role.replace("resources: [pods/portforward]", "resources: [pods/log]"));
    await eventually(
      "it holds no more",
      async () => (await refusal({ kubeconfig: config }).catch(() => undefined)) !== undefined,
    );
    const last = await refusal({ kubeconfig: config });
    expect(last).toMatchObject({ code: "CLUSTER_DENIED", message: expect.stringContaining("pods/portforward") });
    expect(last.fix).toContain("kind: RoleBinding");
    await apply(role);
  });

  it("is told apart from a service that is not there, and from a cluster that is not known", async () => {
    expect((await refusal({ service: "no-such-service" })).code).toBe("SERVICE_NOT_FOUND");
    expect((await refusal({ port: 8888 })).message).toContain("has no port 8888. It has: 80.");
    expect((await refusal({ kubeContext: "no-such-context" })).code).toBe("KUBECONFIG_UNUSABLE");
    const untrusted = configWith(undefined, { "certificate-authority-data": undefined });
    const error = await refusal({ kubeconfig: untrusted });
    expect(error).toMatchObject({ code: "CLUSTER_UNREACHABLE", message: expect.stringContaining("not trusted") });
    expect((await refusal({ kubeconfig: configWith({ token: "wrong" }) })).message).toContain(
      "does not know who is asking",
    );
  });
});

describe("the ways of a kubeconfig to say who asks:", () => {
  const mayTunnel = (subject: object): Promise<string> =>
    apply({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "may-tunnel", namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
      subjects: [subject],
    });

  it.skipIf(noAuthority !== undefined)(`a client certificate${noAuthority ? ` (${noAuthority})` : ""}`, async () => {
    await mayTunnel({ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "alice" });
    const folder = mkdtempSync(join(home, "certificate-"));
    const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "alice.key"];
    openssl("req", ...key, "-out", "alice.csr", "-subj", "/CN=alice");
    writeFileSync(join(folder, "ext"), "extendedKeyUsage=clientAuth\n");
    const signed = [
      "-CA",
      authority,
      "-CAkey",
      authority.replace(".crt", ".key"),
      "-CAserial",
      "serial",
      "-CAcreateserial",
    ];
    openssl("x509", "-req", "-in", "alice.csr", "-out", "alice.crt", "-days", "2", "-extfile", "ext", ...signed);
    const user = { "client-certificate": join(folder, "alice.crt"), "client-key": join(folder, "alice.key") };
    await eventually("alice may", () => tunnelWith({ kubeconfig: configWith(user) }).then(isHealthy, () => false));
  });

  it("an exec plugin", async () => {
    await mayTunnel({ kind: "ServiceAccount", name: "notebook", namespace });
    const token = await createToken(namespace, "notebook", "https://kubernetes.default.svc");
    const command = join(mkdtempSync(join(home, "plugin-")), "credentials");
    const apiVersion = "client.authentication.k8s.io/v1";
    const credential = JSON.stringify({ apiVersion, kind: "ExecCredential", status: { token } });
    writeFileSync(command, `#!/bin/sh\necho '${credential}'\n`);
    chmodSync(command, 0o700);
    const user = { exec: { apiVersion, command, interactiveMode: "Never" } };
    await eventually("it may", () => tunnelWith({ kubeconfig: configWith(user) }).then(isHealthy, () => false));
  });
});

/** The API server behind something that cuts its connections. */
async function cuttableWay(): Promise<{ server: string; cut: () => number }> {
  const [cluster] = (JSON.parse(readFileSync(kubeconfig(), "utf8")) as Config).clusters;
  const port = Number(new URL(String(cluster?.cluster.server)).port);
  const sockets = new Set<Socket>();
  const proxy = createServer((socket) => {
    const other = connect(port, "127.0.0.1");
    for (const each of [socket, other]) {
      sockets.add(each);
      each.on("error", () => undefined);
      each.on("close", () => {
        sockets.delete(each);
        socket.destroy();
        other.destroy();
      });
    }
    socket.pipe(other).pipe(socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const cut = (): number => {
    const count = sockets.size;
    for (const socket of sockets) socket.destroy();
    return count;
  };
  onTestFinished(() => {
    cut();
    proxy.close();
  });
  return { server: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`, cut };
}
