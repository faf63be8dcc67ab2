import { spawnSync } from "node:child_process";
import { inRoot } from "../workspace.mjs";
import { builtSdk } from "./sdk.mjs";

/** The pipeline that is run: it needs a `python3` and nothing else, no package and no network. */
const file = "examples/sum-of-squares.yaml";
const numbers = [1, 2, 3, 4];
/** How long it may take, in milliseconds; it takes a second. */
const patience = 60_000;

/**
 * Runs a small pipeline on a server, so that a newcomer sees that it does.
 * @param {string} url
 * @returns {Promise<string>} what was run and what came out; where there is no Python here, that
 * @throws where the run does not end well
 */
export async function runPipeline(url) {
  if (spawnSync("python3", ["--version"], { stdio: "ignore" }).status !== 0) {
    return `There is no python3 on this machine, so no pipeline was run: install Python, then\n\n  ${again(url)}`;
  }
  const { Client } = await builtSdk();
  const client = new Client({ host: url });
  try {
    const run = await client.runs.createFromPackage({ path: inRoot(file), parameters: { numbers } });
    const ended = await client.runs.wait(run.runId, { pollIntervalMs: 100, timeoutMs: patience });
    if (ended.state !== "SUCCEEDED") {
      throw new Error(`The pipeline of ${file} ended ${ended.state}: ${ended.error?.message ?? "no reason was told"}`);
    }
    const outputs = await outputsOf(client, run.runId);
    const width = Math.max("numbers".length, ...outputs.map(({ name }) => name.length));
    const took = ((ended.finishedAt?.getTime() ?? 0) - ended.createdAt.getTime()) / 1000;
    return [
      `A pipeline has run on the server: ${file}, in ${took.toFixed(1)} s`,
      "",
      `  ${"numbers".padEnd(width)}  ${JSON.stringify(numbers)}`,
      ...outputs.map(({ name, value }) => `  ${name.padEnd(width)}  ${JSON.stringify(value)}`),
      "",
      `  again             ${again(url)}`,
      `  without a server  npx kfp-ts run ${file} --allow-host-commands --param 'numbers=[5, 6]'`,
    ].join("\n");
  } finally {
    await client.close();
  }
}

/**
 * What came out of each task that stands by itself; iterations are told by their loop.
 * @param {import("@kfp-ts/sdk").Client} client
 * @param {string} runId
 */
async function outputsOf(client, runId) {
  const { items } = await client.runs.tasks(runId, { pageSize: 100 });
  return items
    .filter(({ path }) => !path.includes("/"))
    .flatMap(({ path, outputParameters }) =>
      Object.entries(outputParameters ?? {}).map(([name, value]) => ({ name: `${path}.${name}`, value })),
    );
}

/** @param {string} url */
const again = (url) => `npx kfp-ts runs create --file ${file} --watch --endpoint ${url}`;
