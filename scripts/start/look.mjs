import { builtSdk } from "./sdk.mjs";
import { table } from "./table.mjs";

/**
 * Looks around in a server with the SDK.
 * @param {string} url
 * @returns {Promise<string>} a short table: how many there are of each kind, and the newest of them
 */
export async function look(url) {
  const { Client } = await builtSdk();
  const client = new Client({ host: url });
  try {
    await client.healthz.get();
    /** @type {{ pageSize: number, sortBy: "createdAt desc" }} */
    const newestFirst = { pageSize: 3, sortBy: "createdAt desc" };
    const [experiments, pipelines, runs, recurringRuns] = await Promise.all([
      client.experiments.list(newestFirst),
      client.pipelines.list(newestFirst),
      client.runs.list(newestFirst),
      client.recurringRuns.list(newestFirst),
    ]);
    return table([
      ["FOUND", "COUNT", "NEWEST"],
      row("experiments", experiments),
      row("pipelines", pipelines),
      row("runs", runs),
      row("recurring runs", recurringRuns),
    ]);
  } finally {
    await client.close();
  }
}

/**
 * @param {string} what
 * @param {{ totalSize: number, items: readonly { displayName?: string }[] }} page
 */
const row = (what, { totalSize, items }) => [
  what,
  `${totalSize}`,
  items.map(({ displayName }) => displayName).join(", ") || "-",
];
