import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@kfp-ts/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { apply, eventually, forwardTo, kubeconfig, kubectl } from "./support/cluster.ts";
import { kfpTs, type RunningCommand, serving } from "./support/command.ts";

const program = fileURLToPath(new URL("../../packages/cli/dist/kfp-ts.js", import.meta.url));
const namespace = "tunnelled";
const service = `${namespace}/ml-pipeline-ui`;
const labels = { app: "ml-pipeline-ui" };
const pipeline = fileURLToPath(new URL("../../examples/hello-world.yaml", import.meta.url));
let home: string;
let server: RunningCommand;
/** What the ports of all pods lead to. kwok cuts no connection when a pod goes, as a kubelet does: this does it. */
let container: { cut(): void; close(): void };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "kfp-ts-command-tunnel-"));
  server = await serving(["serve", "--in-memory", "--no-run", "--port", "0"], { home });
  container = await containerOf(Number(new URL(server.url).port));
  await apply(
    {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node-of-tunnels", annotations: { "kwok.x-k8s.io/node": "fake" } },
    },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    deployment(1),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "ml-pipeline-ui", namespace },
      spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: 3000 }] },
    },
  );
  await ready(1);
});
afterAll(async () => {
  container?.close();
  await server?.stop();
  await kubectl(["delete", "namespace", namespace, "--ignore-not-found"]);
  await kubectl(["delete", "node", "node-of-tunnels", "--ignore-not-found"]);
  rmSync(home, { recursive: true, force: true });
});

async function containerOf(port: number): Promise<typeof container> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    const onward = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => listener.listen(forwardTo(), "127.0.0.1", resolve));
  const cut = () => {
    // A mere end would not be passed on by kwok before the next but one thing is sent.
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    cut,
    close: () => {
      cut();
      listener.close();
    },
  };
}

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

function deployment(replicas: number): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "ml-pipeline-ui", namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          nodeName: "node-of-tunnels",
          terminationGracePeriodSeconds: 0,
          containers: [{ name: "ml-pipeline-ui", image: "any", ports: [{ containerPort: 3000 }] }],
        },
      },
    },
  };
}

const pods = (): Promise<string> => kubectl(["get", "pods", "-n", namespace, "--no-headers"]);
const ready = (count: number): Promise<void> =>
  eventually(`${count} pods run`, async () => {
    const lines = (await pods())
      .trim()
      .split("\n")
      .filter((line) => line !== "");
    return lines.length === count && lines.every((line) => line.includes("Running"));
  });
const scale = async (replicas: number): Promise<void> => {
  await kubectl(["scale", "deployment/ml-pipeline-ui", "-n", namespace, `--replicas=${replicas}`]);
  await ready(replicas);
};

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  stdout(): string;
  stderr(): string;
}

/** Starts a command that goes on. */
function start(...args: string[]): Started {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, HOME: home, KUBECONFIG: kubeconfig() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      said[stream] += text;
    });
  }
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, ...said }));
  return { child, ended, stdout: () => said.stdout, stderr: () => said.stderr };
}

async function forwarding(...args: string[]): Promise<Started & { readonly facts: Record<string, unknown> }> {
  const started = start("port-forward", "--output", "json", ...args);
  await eventually("it forwards", async () => started.stdout().includes("\n") || started.child.exitCode !== null);
  if (started.child.exitCode !== null) throw new Error(`it ended: ${started.stderr()}`);
  return { ...started, facts: JSON.parse(started.stdout()) };
}

/** Whether a port of this machine can be had. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** The processes that one has started, by their ids. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
        return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe("kfp-ts port-forward", () => {
  it("finds Kubeflow Pipelines by its name in whatever namespace, and says the line to type next", async () => {
    const started = start("port-forward");
    await eventually("it forwards", async () => started.stdout().includes("Ctrl-C"));
    const endpoint = /export KF_PIPELINES_ENDPOINT=(\S+)/.exec(started.stdout())?.[1];
    expect(started.stdout()).toContain(`leads to ${service}:80`);
    const listed = await kfpTs(["experiments", "list", "--output", "json"], {
      home,
      env: { KF_PIPELINES_ENDPOINT: endpoint },
    });
    expect(listed.code, listed.stderr).toBe(0);
    expect(JSON.parse(listed.stdout)).toHaveProperty("total_size");
    started.child.kill("SIGTERM");
    expect(await started.ended).toMatchObject({ code: 143 });
  });

  it("tells programs where it is in one line, and leaves nothing behind on Ctrl-C", async () => {
    const { child, ended, facts, stdout } = await forwarding("ml-pipeline-ui", "-n", namespace);
    expect(facts).toMatchObject({ namespace, service: "ml-pipeline-ui", port: 80 });
    const port = Number(facts.local_port);
    const kfp = new Client({ host: String(facts.endpoint) });
    // A connection that is kept open does not keep it.
    expect((await kfp.healthz.get()).multiUser).toBe(false);
    expect(await isFree(port)).toBe(false);
    expect(childrenOf(child.pid ?? 0)).toEqual([]);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stdout: stdout(), stderr: "" });
    expect(await isFree(port)).toBe(true);
    await kfp.close();
  });

  it("goes on with the next pod, and tells of it", async () => {
    const { child, ended, facts, stderr } = await forwarding(service);
    const kfp = new Client({ host: String(facts.endpoint) });
    await kfp.experiments.list();
    const [before = ""] = (await pods()).split(/\s/);
    await kubectl(["delete", "pod", before, "-n", namespace, "--wait=true"]);
    container.cut();
    await ready(1);
    const [after = ""] = (await pods()).split(/\s/);
    await kfp.experiments.list();
    expect(stderr()).toMatch(/^\d{4}-\S+Z /);
    expect(stderr()).toContain(`Connections go to the pod ${after} now.`);
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    await kfp.close();
  });

  it("a port that is taken is said, with exit code 2, and nothing is opened instead", async () => {
    const port = String(forwardTo());
    const { code, stdout, stderr } = await kfpTs(["port-forward", service, "--local-port", port], {
      home,
      env: { KUBECONFIG: kubeconfig() },
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(port);
  });

  it("a user who may not forward is told the Role that would allow it", async () => {
    const path = join(home, "reader.kubeconfig");
    await kubectl(["create", "serviceaccount", "reader", "-n", namespace]);
    await apply(
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "reader", namespace },
        rules: [
          { apiGroups: [""], resources: ["services", "pods"], verbs: ["get", "list"] },
          { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list"] },
        ],
      },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "reader", namespace },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
        subjects: [{ kind: "ServiceAccount", name: "reader", namespace }],
      },
    );
    const token = (await kubectl(["create", "token", "reader", "-n", namespace])).trim();
    const raw = JSON.parse(await kubectl(["config", "view", "--raw", "-o", "json"]));
    const reader = { ...raw, users: raw.users.map(({ name }: { name: string }) => ({ name, user: { token } })) };
    writeFileSync(path, JSON.stringify(reader), { mode: 0o600 });
    const refused = await kfpTs(["port-forward", service, "--kubeconfig", path], { home });
    expect(refused).toMatchObject({ code: 4, stdout: "" });
    expect(refused.stderr).toContain("pods/portforward");
    const [, manifest = ""] = /^(apiVersion:[\s\S]*?)(?=^more:|(?![\s\S]))/m.exec(refused.stderr) ?? [];
    await apply(manifest);
    await eventually("it is allowed", async () => {
      const tried = await kfpTs(["experiments", "list", "--tunnel", service, "--kubeconfig", path], { home });
      return tried.code === 0;
    });
  });
});

describe("--tunnel", () => {
  const env = () => ({ KUBECONFIG: kubeconfig() });

  it("has a command go through a tunnel of its own", async () => {
    const { code, stdout, stderr } = await kfpTs(["experiments", "list", "--tunnel", service, "-o", "json"], {
      home,
      env: env(),
    });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty("experiments");
  });

  it("without a value finds the service", async () => {
    const { code, stderr } = await kfpTs(["experiments", "list", "--tunnel"], { home, env: env() });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(service);
  });

  it("is not needed where nothing else is there: what was found is said, and how to say it for good", async () => {
    const elsewhere = mkdtempSync(join(home, "nobody-"));
    const { code, stderr } = await kfpTs(["experiments", "list"], { home: elsewhere, env: env() });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(service);
    expect(stderr).toContain("--tunnel");
  });

  const newRun = async (name: string): Promise<string> => {
    const options = { home, env: { KFP_ENDPOINT: server.url } };
    const made = await kfpTs(
      ["runs", "create", "--file", pipeline, "--param", "recipient=you", "--name", name, "-o", "json"],
      options,
    );
    expect(made.code, made.stderr).toBe(0);
    return JSON.parse(made.stdout).run_id;
  };

  it("a watch goes on while the pods are scaled to zero and back", async () => {
    const runId = await newRun("watched");
    const watch = start("runs", "watch", runId, "--tunnel", service);
    await eventually("it is watched", async () => watch.stderr().includes("run watched:"));
    await scale(0);
    container.cut();
    await eventually("it waits", async () => watch.stderr().includes("waiting for the server"));
    await scale(1);
    const kfp = new Client({ host: server.url });
    await kfp.runs.terminate(runId);
    await kfp.close();
    // Nothing runs it, so nothing ends it: that it is seen is enough.
    await eventually("it sees the server again", async () => watch.stderr().includes("run watched: CANCELING"));
    expect(watch.child.exitCode).toBeNull();
    watch.child.kill("SIGINT");
    expect((await watch.ended).code).toBe(130);
  }, 120_000);

  it("Ctrl-C ends it with its tunnel", async () => {
    const runId = await newRun("left");
    const watch = start("runs", "watch", runId, "--tunnel", service);
    await eventually("it is watched", async () => watch.stderr().includes("run left:"));
    watch.child.kill("SIGINT");
    expect(await watch.ended).toMatchObject({ code: 130, stderr: expect.stringContaining("the run goes on") });
  });
});
