import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startChild } from "../children.mjs";
import { load } from "../load.mjs";
import { startKfpServer } from "../servers.mjs";
import { median, medianRatio } from "../statistics.mjs";

const rounds = 7;
const requests = 6000;
const connections = 20;
const experiments = "/apis/v2beta1/experiments";
const namespaces = Array.from({ length: 1000 }, (_, index) => `team-${index}`);

/** What it costs that everybody is asked who they are, with 1,000 profiles. */
export async function kubeflowCases() {
  const room = await mkdtemp(join(tmpdir(), "kfp-ts-bench-kubeflow-"));
  try {
    const rbac = join(room, "profiles.json");
    await writeFile(rbac, JSON.stringify({ apiVersion: "v1", kind: "List", items: namespaces.map(profile) }));
    return [...(await throughput(room, rbac)), ...(await reviews(join(room, "reviews"), rbac)), await admission(room)];
  } finally {
    await rm(room, { recursive: true });
  }
}

const profile = (name) => ({
  apiVersion: "kubeflow.org/v1",
  kind: "Profile",
  metadata: { name },
  spec: { owner: { kind: "User", name: `${name}@example.com` } },
});

async function throughput(room, rbac) {
  const single = await startKfpServer();
  const data = { box: join(room, "box"), slow: join(room, "slow") };
  const box = await startChild("kubeflow-server.mjs", [data.box, "box", rbac]);
  const slow = await startChild("kubeflow-server.mjs", [data.slow, "slow", rbac]);
  try {
    const servers = {
      single: [single.port, await reading(single.port)],
      box: [box.port, await reading(box.port, data.box)],
      slow: [slow.port, await reading(slow.port, data.slow)],
    };
    const rates = { single: [], box: [], slow: [] };
    for (let round = -1; round < rounds; round++) {
      for (const [which, [port, request]] of Object.entries(servers)) {
        const rate = await load(port, () => request, { requests, connections });
        if (round >= 0) rates[which].push(rate);
      }
    }
    const compared = (what, which) => ({
      name: `multi-user: get by id, ${what} / single-user`,
      atLeast: 0.7,
      ratio: medianRatio(rates[which], rates.single),
      detail: `${median(rates[which]).toFixed(0)}/s against ${median(rates.single).toFixed(0)}/s`,
    });
    return [compared("reviewed in the box", "box"), compared("reviewed by a cluster and kept", "slow")];
  } finally {
    await single.stop();
    await box.stop();
    await slow.stop();
  }
}

/** Makes an experiment, and gives the request that reads it; with the token of a profile where there is a data directory. */
async function reading(port, data) {
  const [namespace] = namespaces;
  const token = data && (await readFile(join(data, `kubeflow/tokens/${namespace}/default-editor/token`), "utf8"));
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const body = JSON.stringify({ display_name: "read by the bench", namespace });
  const answer = await fetch(`http://127.0.0.1:${port}${experiments}`, { method: "POST", headers, body });
  const { experiment_id: id, message } = await answer.json();
  if (id === undefined) throw new Error(`no experiment: ${message}`);
  const lines = [`GET ${experiments}/${id} HTTP/1.1`, "Host: 127.0.0.1", "Accept: application/json"];
  if (token) lines.push(`Authorization: Bearer ${token}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
}

async function reviews(data, rbac) {
  const file = fileURLToPath(new URL("../kubeflow-reviews.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, data, rbac, ...namespaces]);
  const { first, again, megabytes } = JSON.parse(stdout);
  const amount = (name, value, atMost) => ({ name, value, atMost, amount: value.toFixed(value < 100 ? 1 : 0) });
  const memory = "1,000 profiles: memory with their reviews, in MB";
  return [
    amount("token and access review at first sight of a token, in µs", first, 200),
    amount("token and access review after that, in µs", again, 20),
    megabytes === null || megabytes === undefined
      ? { name: memory, atMost: 200, skipped: "resident memory is read from /proc" }
      : amount(memory, megabytes, 200),
  ];
}

/** A pod that the documentation's PodDefault is for, as an API server asks about it: over HTTPS, on a kept connection. */
async function admission(room) {
  const name = "PodDefault webhook: one pod over HTTPS, in ms";
  const [cert, key] = [join(room, "tls.crt"), join(room, "tls.key")];
  const subject = ["-subj", "/CN=localhost", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  try {
    await promisify(execFile)("openssl", ["req", "-x509", "-nodes", ...subject, "-keyout", key, "-out", cert]);
  } catch {
    return { name, atMost: 10, skipped: "openssl makes its certificate, and is not here" };
  }
  const webhook = await startChild("poddefault-webhook.mjs", [cert, key, ...namespaces]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  try {
    const times = [];
    for (let index = 0; index < 1200; index++) {
      const start = process.hrtime.bigint();
      const answer = await postReview(webhook.port, agent, namespaces[index % namespaces.length]);
      if (index >= 200) times.push(Number(process.hrtime.bigint() - start) / 1e6);
      if (!answer.response.allowed || !answer.response.patch) throw new Error("the pod was not changed");
    }
    times.sort((a, b) => a - b);
    const value = median(times);
    const detail = `99 of 100 within ${times[Math.floor(times.length * 0.99)].toFixed(1)} ms`;
    return { name, value, atMost: 10, amount: value.toFixed(1), detail };
  } finally {
    agent.destroy();
    await webhook.stop();
  }
}

function postReview(port, agent, namespace) {
  const labels = { "access-ml-pipeline": "true" };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "notebook-0", namespace, labels },
    spec: { containers: [{ name: "notebook", image: "jupyter" }] },
  };
  const pods = { group: "", version: "v1", resource: "pods" };
  const body = JSON.stringify({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: { uid: "1", resource: pods, namespace, operation: "CREATE", object: pod },
  });
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        port,
        host: "127.0.0.1",
        agent,
        method: "POST",
        path: "/apply-poddefault",
        headers: { "content-type": "application/json" },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => resolve(JSON.parse(text)));
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}
