import { Agent, request } from "node:http";
import { Client } from "../../packages/sdk/dist/index.js";
import { startChild } from "../children.mjs";
import { median, medianRatio } from "../statistics.mjs";

const rounds = 9;
const calls = { one: 1500, twenty: 3000 };
const id = "0198c0de-0000-7000-8000-000000000002";

/** The client's own cost: one run by id, from a server that answers without thinking. */
export async function clientCases() {
  const server = await startChild("floors/static-server.mjs");
  const url = `http://127.0.0.1:${server.port}`;
  const client = new Client({ host: url });
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const ways = {
    sdk: () => client.runs.get(id),
    http: () => rawGet(agent, server.port),
    fetch: async () => (await fetch(`${url}/apis/v2beta1/runs/${id}`)).json(),
  };
  try {
    const cases = [];
    for (const [label, parallel, count] of [
      ["one at a time", 1, calls.one],
      ["20 in parallel", 20, calls.twenty],
    ]) {
      const rates = { sdk: [], http: [], fetch: [] };
      for (let round = -1; round < rounds; round++) {
        for (const [name, call] of Object.entries(ways)) {
          const rate = await callsPerSecond(call, parallel, count);
          if (round >= 0) rates[name].push(rate);
        }
      }
      const detail = `${median(rates.sdk).toFixed(0)}/s; node:http ${median(rates.http).toFixed(0)}/s; fetch ${median(rates.fetch).toFixed(0)}/s`;
      cases.push(
        {
          name: `client: get by id, ${label} / raw node:http`,
          atLeast: 0.75,
          ratio: medianRatio(rates.sdk, rates.http),
          detail,
        },
        {
          name: `client: get by id, ${label} / raw fetch`,
          atLeast: 1,
          ratio: medianRatio(rates.sdk, rates.fetch),
          detail: "",
        },
      );
    }
    return cases;
  } finally {
    agent.destroy();
    await client.close();
    await server.stop();
  }
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

function rawGet(agent, port) {
  return new Promise((resolve, reject) => {
    const call = request({ agent, host: "127.0.0.1", port, path: `/apis/v2beta1/runs/${id}` }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      response.on("error", reject);
    });
    call.on("error", reject);
    call.end();
  });
}
