import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { install } from "./install.mjs";
import { Progress } from "./progress.mjs";
import { look } from "./start/look.mjs";
import { serve } from "./start/serve.mjs";
import { verify } from "./start/verify.mjs";
import { waysToConnect } from "./start/ways-to-connect.mjs";

/**
 * `npm start`: a Kubeflow Pipelines API on this machine, from a fresh clone, until Ctrl-C. Other arguments go to
 * `kfp-ts serve`: `npm start -- --port 3100 --in-memory`.
 *
 * `npm start -- --check`: the same on a free port with a temporary folder. It verifies that everything that is shown
 * works, leaves nothing behind, and exits 0 or 1.
 */
async function start() {
  const args = process.argv.slice(2);
  const check = args.includes("--check");
  const forServe = args.filter((arg) => arg !== "--check");
  const room = check ? mkdtempSync(join(tmpdir(), "kfp-ts-check-")) : undefined;
  const progress = new Progress(check ? 5 : 4);
  let server;
  try {
    await progress.step("installing what is missing", install, String);
    await progress.step("building what is stale", build, String);
    const started = await progress.step("starting the server", () => serve(forServe, room), undefined, true);
    server = started;
    const found = await progress.step("connecting with the SDK", () => look(started.url));
    console.log(`\n${found}\n\n${waysToConnect(started.url)}\n`);
    if (!check) {
      console.log("Press Ctrl-C to stop.\n");
      return await started.ended;
    }
    await progress.step("verifying", () => verify(started.url), String);
    await started.stop();
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message) console.error(`\n${message}`);
    await server?.stop();
    return 1;
  } finally {
    if (room) rmSync(room, { recursive: true, force: true });
  }
}

process.exitCode = await start();
