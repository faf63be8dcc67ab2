import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequest, load, postRequest } from "../load.mjs";
import { startKfpServer } from "../servers.mjs";
import { median, medianRatio } from "../statistics.mjs";

const rounds = 7;
// Bounded figures are measured closely; the others take long, which is what they tell.
const requests = { bounded: 200, told: 10 };
const runs = "/apis/v2beta1/runs";
const experiments = 10;

const spec = {
  pipelineInfo: { name: "bench" },
  schemaVersion: "2.1.0",
  sdkVersion: "kfp-2.17.0",
  root: { dag: { tasks: { say: { taskInfo: { name: "say" }, componentRef: { name: "comp-say" } } } } },
  components: { "comp-say": { executorLabel: "exec-say" } },
  deploymentSpec: { executors: { "exec-say": { container: { image: "alpine", command: ["echo", "hello"] } } } },
};

const predicate = (key, value) =>
  encodeURIComponent(JSON.stringify({ predicates: [{ operation: "EQUALS", key, string_value: value }] }));

/** What a page costs does not depend on how many runs there are, nor on how deep it lies. */
export async function pageCases() {
  const [small, large] = [await fill(1_000), await fill(100_000)];
  try {
    const cases = [];
    for (const [name, query, bound] of [
      ["unfiltered", () => "", 1.5],
      ["by namespace", () => "&namespace=kubeflow", 1.5],
      ["by experiment", (server) => `&experiment_id=${server.experiment}`, 1.5],
      ["by storage state", () => `&filter=${predicate("storage_state", "AVAILABLE")}`, 1.5],
      ["by state", () => `&filter=${predicate("state", "PENDING")}`, undefined],
      ["by name, found", () => `&filter=${predicate("name", "run 900")}`, undefined],
      ["sorted by name", () => "&sort_by=name", undefined],
    ]) {
      const paths = new Map();
      for (const server of [small, large]) {
        const first = `${runs}?page_size=20${query(server)}`;
        paths.set(server, { first, deepest: bound && (await deepest(server, first)) });
      }
      for (const depth of ["first", "deepest"]) {
        const path = (server) => paths.get(server)[depth];
        if (path(small) === undefined || (depth === "deepest" && bound === undefined)) continue;
        cases.push(await compare(`page of runs, ${name}, ${depth}: 100,000 / 1,000 runs`, bound, small, large, path));
      }
    }
    return cases;
  } finally {
    await small.stop();
    await large.stop();
  }
}

/** A server with so many runs. They are written where nothing waits for a disk: only reading is measured. */
async function fill(count) {
  const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const directory = await mkdtemp(join(memory, "kfp-ts-bench-pages-"));
  const server = await startKfpServer({ directory });
  const ids = [];
  for (let index = 0; index < experiments; index++) {
    const { experiment_id } = await post(server, "/apis/v2beta1/experiments", { display_name: `e${index}` });
    ids.push(experiment_id);
  }
  const form = new FormData();
  form.append("uploadfile", new Blob([JSON.stringify(spec)]), "bench.json");
  const uploaded = await fetch(`${server.url}/apis/v2beta1/pipelines/upload?name=bench`, {
    method: "POST",
    body: form,
  });
  const { pipeline_id } = await uploaded.json();
  let next = 0;
  const creation = () => {
    const index = next++;
    return postRequest(
      runs,
      JSON.stringify({
        display_name: `run ${index}`,
        experiment_id: ids[index % experiments],
        pipeline_version_reference: { pipeline_id },
      }),
    );
  };
  await load(server.port, creation, { requests: count, connections: 20 });
  return {
    ...server,
    experiment: ids[3],
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}

async function post(server, path, body) {
  const answer = await fetch(`${server.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** The path of the last page, found by following every page to the end; undefined where there is only one. */
async function deepest(server, first) {
  let path = first.replace("page_size=20", "page_size=50");
  let last;
  for (;;) {
    const answer = await fetch(`${server.url}${path}`);
    const { next_page_token } = await answer.json();
    if (next_page_token === undefined) return last?.replace("page_size=50", "page_size=20");
    path = `${first.replace("page_size=20", "page_size=50")}&page_token=${encodeURIComponent(next_page_token)}`;
    last = path;
  }
}

async function compare(name, atMost, small, large, path) {
  const rates = { small: [], large: [] };
  for (let round = -1; round < rounds; round++) {
    for (const [size, server] of Object.entries({ small, large })) {
      const request = getRequest(path(server));
      const rate = await load(server.port, () => request, {
        requests: atMost === undefined ? requests.told : requests.bounded,
        connections: 1,
      });
      if (round >= 0) rates[size].push(rate);
    }
  }
  return {
    name,
    atMost,
    ratio: medianRatio(rates.small, rates.large),
    detail: `${(1e6 / median(rates.large)).toFixed(0)} µs against ${(1e6 / median(rates.small)).toFixed(0)} µs`,
  };
}
