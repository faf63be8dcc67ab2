import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client, dexPassword } from "../../packages/sdk/dist/index.js";
import { loginByHand } from "../floors/login.mjs";
import { load } from "../load.mjs";
import { median, medianRatio } from "../statistics.mjs";

const rounds = 9;
const requests = 6000;
const connections = 20;
const namespace = "kubeflow-user-example-com";
const person = { username: "user@example.com", password: "12341234" };
const experiments = "/apis/v2beta1/experiments";
const command = fileURLToPath(new URL("../../packages/cli/dist/kfp-ts.js", import.meta.url));

/** What it costs to come in from outside: a login, every call behind it, and the sessions of many. */
export async function gatewayCases() {
  const room = await mkdtemp(join(tmpdir(), "kfp-ts-bench-gateway-"));
  const box = await startBox(room);
  try {
    return [await login(box), await getById(box, room), await sessions(room)];
  } finally {
    await box.stop();
    await rm(room, { recursive: true });
  }
}

/** The same exchanges, by the client and by hand: most of the time is the hash of the password, on both sides. */
async function login({ gateway, port }) {
  const times = { client: [], byHand: [] };
  for (let round = -1; round < rounds; round++) {
    const client = new Client({ host: gateway, credentials: dexPassword(person) });
    const start = process.hrtime.bigint();
    await client.healthz.get();
    const middle = process.hrtime.bigint();
    await client.close();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const floorStart = process.hrtime.bigint();
    await loginByHand(agent, port, person);
    const floorEnd = process.hrtime.bigint();
    agent.destroy();
    if (round < 0) continue;
    times.client.push(Number(middle - start) / 1e6);
    times.byHand.push(Number(floorEnd - floorStart) / 1e6);
  }
  return {
    name: "a login through the gateway / its exchanges by hand",
    atMost: 1.2,
    ratio: medianRatio(times.client, times.byHand),
    detail: `${median(times.client).toFixed(0)} ms against ${median(times.byHand).toFixed(0)} ms`,
  };
}

/** The same person's experiment, through the gateway with a session, and at the server itself with a token. */
async function getById({ gateway, port, direct }, room) {
  const client = new Client({ host: gateway, credentials: dexPassword(person) });
  const { experimentId } = await client.experiments.create({ displayName: "read by the bench", namespace });
  await client.close();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const cookie = await loginByHand(agent, port, person);
  agent.destroy();
  const token = await readFile(join(room, `kubeflow/tokens/${namespace}/default-editor/token`), "utf8");
  const ways = {
    gateway: [port, get(`/pipeline${experiments}/${experimentId}`, `Cookie: ${cookie}`)],
    direct: [direct, get(`${experiments}/${experimentId}`, `Authorization: Bearer ${token}`)],
  };
  const rates = { gateway: [], direct: [] };
  for (let round = -1; round < rounds; round++) {
    for (const [way, [to, request]] of Object.entries(ways)) {
      const rate = await load(to, () => request, { requests, connections });
      if (round >= 0) rates[way].push(rate);
    }
  }
  return {
    name: "get by id: through the gateway / at the server itself",
    atLeast: 0.6,
    ratio: medianRatio(rates.gateway, rates.direct),
    detail: `${median(rates.gateway).toFixed(0)}/s against ${median(rates.direct).toFixed(0)}/s`,
  };
}

async function sessions(room) {
  const name = "10,000 live sessions, in MB";
  const file = fileURLToPath(new URL("../gateway-sessions.mjs", import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", file, room, "10000"]);
    return { name, atMost: 50, value: Number(stdout), amount: Number(stdout).toFixed(0) };
  } catch (error) {
    if (String(error.stderr).includes("/proc/")) return { name, atMost: 50, skipped: "memory is read from /proc" };
    throw error;
  }
}

function get(path, who) {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n${who}\r\n\r\n`);
}

/** Kubeflow in a box with its gateway, by the command. */
function startBox(room) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [command, "serve", "--kubeflow", "--port", "0", "--gateway-port", "0", "--data", room, "--log-level", "warn"],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const ended = new Promise((done) => {
      child.on("close", (code) => {
        reject(new Error(`kfp-ts serve ended with ${code} before it was ready:\n${said}`));
        done(code);
      });
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      const gateway = /^ *gateway +(http:\/\/\S+)/m.exec(said)?.[1];
      const direct = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (gateway === undefined || direct === undefined) return;
      const stop = () => {
        child.kill("SIGTERM");
        return ended;
      };
      resolve({ gateway, port: Number(new URL(gateway).port), direct: Number(direct), stop });
    });
    child.on("error", reject);
  });
}
