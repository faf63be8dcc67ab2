import { getRequest, load, postRequest } from "../load.mjs";
import { startFloorServer, startKfpServer } from "../servers.mjs";
import { median, medianRatio } from "../statistics.mjs";

const rounds = 7;
const connections = 20;
const collection = "/apis/v2beta1/experiments";

/** The server's own cost, next to node:http with one prepared statement. */
export async function serverCases() {
  const [ours, floor] = [await startKfpServer(), await startFloorServer()];
  try {
    const ids = { ours: await fill(ours.port, "experiment_id"), floor: await fill(floor.port, "experiment_id") };
    return [
      await compare("server: get by id", 0.35, 6000, {
        ours: [ours.port, always(getRequest(`${collection}/${ids.ours}`))],
        floor: [floor.port, always(getRequest(`${collection}/${ids.floor}`))],
      }),
      await compare("server: list a page of 20", 0.35, 3000, {
        ours: [ours.port, always(getRequest(`${collection}?page_size=20`))],
        floor: [floor.port, always(getRequest(collection))],
      }),
      await compare(
        "server: create, one at a time",
        0.6,
        400,
        {
          ours: [ours.port, creation()],
          floor: [floor.port, creation()],
        },
        1,
      ),
      await compare("server: create, 20 in parallel", 0.6, 2000, {
        ours: [ours.port, creation()],
        floor: [floor.port, creation()],
      }),
    ];
  } finally {
    await ours.stop();
    await floor.stop();
  }
}

let created = 0;
const creation = () => () =>
  postRequest(
    collection,
    JSON.stringify({ display_name: `experiment ${++created}`, description: "made by the bench" }),
  );
const always = (bytes) => () => bytes;

async function fill(port, idField) {
  let id;
  for (let index = 0; index < 40; index++) {
    const answer = await fetch(`http://127.0.0.1:${port}${collection}`, {
      method: "POST",
      body: JSON.stringify({ display_name: `filling ${index}`, description: "made by the bench" }),
    });
    id = (await answer.json())[idField];
  }
  return id;
}

async function compare(name, atLeast, requests, servers, parallel = connections) {
  const rates = { ours: [], floor: [] };
  for (let round = -1; round < rounds; round++) {
    for (const [which, [port, nextRequest]] of Object.entries(servers)) {
      const rate = await load(port, nextRequest, { requests, connections: parallel });
      if (round >= 0) rates[which].push(rate);
    }
  }
  return {
    name: `${name} / raw node:http and SQLite`,
    atLeast,
    ratio: medianRatio(rates.ours, rates.floor),
    detail: `${median(rates.ours).toFixed(0)}/s against ${median(rates.floor).toFixed(0)}/s`,
  };
}
