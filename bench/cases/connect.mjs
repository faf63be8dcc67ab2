import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, connect, diagnose, nodeHttpTransport } from "../../packages/sdk/dist/index.js";
import { startChild } from "../children.mjs";
import { median, medianRatio } from "../statistics.mjs";

const rounds = 200;
const warming = 20;

/** What it costs to find the way. Each connection and each call is the first of a client of its own. */
export async function connectCases() {
  const server = await startChild("floors/health-server.mjs");
  const home = await mkdtemp(join(tmpdir(), "kfp-ts-bench-connect-"));
  const before = { ...process.env };
  // A home in which nobody has saved anything, so that what is measured is not of this machine.
  for (const name of ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "KUBECONFIG", "KF_PIPELINES_ENDPOINT"]) {
    delete process.env[name];
  }
  process.env.HOME = home;
  try {
    const host = `http://127.0.0.1:${server.port}`;
    const ways = {
      connect: async () => connect({ host }),
      call: async () => {
        const client = new Client({ host });
        await client.healthz.get();
        return client;
      },
    };
    const times = { connect: [], call: [] };
    for (let round = -warming; round < rounds; round++) {
      for (const [name, way] of Object.entries(ways)) {
        const time = await timeOf(way);
        if (round >= 0) times[name].push(time);
      }
    }
    const diagnosed = [];
    for (let round = -5; round < 50; round++) {
      const began = process.hrtime.bigint();
      const { verdict } = await diagnose({ host });
      const time = Number(process.hrtime.bigint() - began) / 1e6;
      if (!verdict.ok) throw new Error(`the doctor finds fault with a healthy endpoint: ${verdict.cause}`);
      if (round >= 0) diagnosed.push(time);
    }
    process.env.KUBERNETES_SERVICE_HOST = "10.96.0.1";
    const found = [];
    for (let round = -warming; round < rounds; round++) {
      const time = await timeOf(() => connect({ transport: inCluster(host) }));
      if (round >= 0) found.push(time);
    }
    const ms = (/** @type {number[]} */ all) => `${median(all).toFixed(2)} ms`;
    return [
      {
        name: "connect() on a healthy endpoint / one call",
        atMost: 2,
        ratio: medianRatio(times.connect, times.call),
        detail: `${ms(times.connect)} against ${ms(times.call)}, each with a connection of its own`,
      },
      {
        name: "connect() in a pod, when the service answers",
        atMost: 50,
        value: median(found),
        amount: ms(found),
        detail: "ms; four addresses asked, one of which there is",
      },
      {
        name: "doctor on a healthy endpoint, in ms",
        atMost: 1_000,
        value: Math.max(...diagnosed),
        amount: `${Math.max(...diagnosed).toFixed(1)} ms`,
        detail: `the slowest of ${diagnosed.length}; ${ms(diagnosed)} as a rule`,
      },
    ];
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    await rm(home, { recursive: true });
    await server.stop();
  }
}

async function timeOf(connecting) {
  const began = process.hrtime.bigint();
  const client = await connecting();
  const time = Number(process.hrtime.bigint() - began) / 1e6;
  await client.close();
  return time;
}

/** A cluster whose name service knows ml-pipeline in kubeflow alone. */
function inCluster(origin) {
  const own = nodeHttpTransport({ connectTimeoutMs: 3_000 });
  return {
    send: (request) =>
      request.origin === "http://ml-pipeline.kubeflow:8888"
        ? own.send({ ...request, origin })
        : Promise.reject(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" })),
    close: () => own.close?.(),
  };
}
