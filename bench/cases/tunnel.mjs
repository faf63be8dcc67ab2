import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { kubernetesFromKubeconfig, openPortForward } from "../../packages/cli/dist/kubernetes.js";
import { Client } from "../../packages/sdk/dist/index.js";
import { startControlPlane } from "../../scripts/cluster/control-plane.mjs";
import { builtClusterPrograms } from "../../scripts/cluster/programs.mjs";
import { startChild } from "../children.mjs";
import { median, medianRatio } from "../statistics.mjs";

const name = "client: get by id through our tunnel / through kubectl port-forward";
const [namespace, service] = ["kubeflow", "ml-pipeline-ui"];
const rounds = 9;
const ways = [
  { label: "one at a time", parallel: 1, count: 300 },
  { label: "20 in parallel", parallel: 20, count: 1000 },
];
const id = "0198c0de-0000-7000-8000-000000000002";

/** The way into a cluster: by this process, which also makes the calls, and by kubectl, a process of its own. */
export async function tunnelCases() {
  const programs = await builtClusterPrograms();
  if (programs === undefined) {
    const skipped = "there is no control plane: npm run cluster builds one";
    return ways.map(({ label }) => ({ name: `${name}, ${label}`, atLeast: 0.9, skipped }));
  }
  const room = await mkdtemp(join(tmpdir(), "kfp-ts-bench-cluster-"));
  const ends = [() => rm(room, { recursive: true })];
  try {
    const cluster = await startControlPlane({ programs, room });
    ends.push(cluster.stop);
    ends.push(await serveAt(cluster.forwardTo));
    await startPod(cluster);
    const ours = await ourTunnel(cluster);
    ends.push(ours.stop);
    const theirs = await kubectlForward(cluster);
    ends.push(theirs.stop);
    const cases = [];
    for (const { label, parallel, count } of ways) {
      const rates = { ours: [], theirs: [] };
      for (let round = -1; round < rounds; round++) {
        for (const [side, { client }] of Object.entries({ ours, theirs })) {
          const rate = await callsPerSecond(() => client.runs.get(id), parallel, count);
          if (round >= 0) rates[side].push(rate);
        }
      }
      const detail = `${median(rates.ours).toFixed(0)}/s against ${median(rates.theirs).toFixed(0)}/s`;
      cases.push({
        name: `${name}, ${label}`,
        atLeast: 0.9,
        ratio: medianRatio(rates.ours, rates.theirs),
        detail,
      });
    }
    return cases;
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** Answers without thinking, at the port that kwok sends port 3000 of every pod to. */
async function serveAt(port) {
  const server = await startChild("floors/static-server.mjs", [String(port)]);
  if (server.port !== port) throw new Error(`the server listens on ${server.port}, not on ${port}`);
  return () => server.stop();
}

async function startPod({ kubectl, kubeconfig }) {
  const labels = { app: service };
  const container = { name: service, image: "any", ports: [{ containerPort: 3000 }] };
  const objects = [
    { apiVersion: "v1", kind: "Node", metadata: { name: "node", annotations: { "kwok.x-k8s.io/node": "fake" } } },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: service, namespace },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 3000 }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: service, namespace },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { nodeName: "node", containers: [container] } },
      },
    },
  ];
  const child = execFile(kubectl, ["--kubeconfig", kubeconfig, "apply", "-f", "-"]);
  child.stdin.end(JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`kubectl apply ended with ${code}`);
  const ask = ["get", "pods", "-n", namespace, "-o", "jsonpath={.items[*].status.phase}"];
  for (let attempt = 0; attempt < 150; attempt++) {
    const { stdout } = await promisify(execFile)(kubectl, ["--kubeconfig", kubeconfig, ...ask]);
    if (stdout === "Running") return;
    await setTimeout(200);
  }
  throw new Error("the pod does not run after 30 s");
}

async function ourTunnel({ kubeconfig }) {
  const kubernetes = await kubernetesFromKubeconfig({ kubeconfig, env: {} });
  const forward = await openPortForward(kubernetes, { namespace, service }, { patienceMs: 30_000 });
  const client = new Client({ host: `http://127.0.0.1:${forward.localPort}` });
  const stop = async () => {
    await client.close();
    await forward.close();
    kubernetes.close();
  };
  return { client, stop };
}

async function kubectlForward({ kubectl, kubeconfig }) {
  const args = ["--kubeconfig", kubeconfig, "port-forward", "-n", namespace, `svc/${service}`, ":80"];
  const child = spawn(kubectl, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  for (let attempt = 0; attempt < 150 && !/127\.0\.0\.1:\d+/.test(said); attempt++) await setTimeout(100);
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
  const client = new Client({ host: `http://127.0.0.1:${port}` });
  const stop = async () => {
    await client.close();
    child.kill();
    await ended;
  };
  return { client, stop };
}

async function callsPerSecond(call, parallel, count) {
  let left = count;
  const start = process.hrtime.bigint();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (left-- > 0) await call();
    }),
  );
  return count / (Number(process.hrtime.bigint() - start) / 1e9);
}
