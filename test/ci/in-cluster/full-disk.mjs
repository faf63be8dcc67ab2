// Fills a disk through the API, and says what became of it.
// usage: full-disk.mjs fill FOLDER   on a small file system: prints what was acknowledged, and the refusal
//        full-disk.mjs read FOLDER   prints what is stored
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../../../packages/cli/dist/server.js";
import { Client } from "../../../packages/sdk/dist/index.js";

const [mode, folder = ""] = process.argv.slice(2);
const database = { kind: /** @type {const} */ ("sqlite"), path: join(folder, "data", "kfp-ts.db") };
const server = await startServer({ version: "test", port: 0, database });
const client = new Client({ host: server.url, maxRetries: 0 });
console.log(JSON.stringify(mode === "fill" ? await fill() : await stored()));
await client.close();
await server.close();

async function fill() {
  const ballast = join(folder, "ballast");
  writeFileSync(ballast, Buffer.alloc(7 * 1024 * 1024));
  const description = "x".repeat(60_000);
  /** @type {string[]} */
  const acknowledged = [];
  let refusal;
  for (let index = 0; index < 500 && refusal === undefined; index++) {
    await client.experiments.create({ displayName: `e${index}`, description }).then(
      ({ experimentId }) => acknowledged.push(experimentId),
      (error) => {
        refusal = { code: error.code, status: error.status, message: error.message };
      },
    );
  }
  const readable = await stored();
  // Room again: the same server goes on.
  rmSync(ballast);
  const { experimentId } = await client.experiments.create({ displayName: "after" });
  return { refusal, readable, acknowledged: [...acknowledged, experimentId] };
}

/** Without the default experiment, which is always there. */
async function stored() {
  const ids = [];
  for await (const { experimentId, displayName } of client.experiments.list({ pageSize: 200 })) {
    if (displayName !== "Default") ids.push(experimentId);
  }
  return ids;
}
