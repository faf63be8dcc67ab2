import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { install } from "./install.mjs";
import { Progress } from "./progress.mjs";
import { look } from "./start/look.mjs";
import { runPipeline } from "./start/run-pipeline.mjs";
import { startTwoServers } from "./start/two-servers.mjs";
import { verify } from "./start/verify.mjs";
import { verifyKubeflow } from "./start/verify-kubeflow.mjs";
import { gatewayOf, tokenFile, ways } from "./start/ways.mjs";
import { waysToConnect } from "./start/ways-to-connect.mjs";

/**
 * `npm start`: two Kubeflow Pipelines on this machine, from a fresh clone, until Ctrl-C: one that stands alone on port 3000,
 * and a full Kubeflow in a box on 3001 with its gateway on 8080. Other arguments go to both: `npm start -- --port 3100 --in-memory`.
 *
 * `npm start -- --check`: the same on free ports with a temporary folder. It verifies that everything that is shown
 * works, leaves nothing behind, and exits 0 or 1.
 */
async function start() {
  const args = process.argv.slice(2);
  const check = args.includes("--check");
  const forServe = args.filter((arg) => arg !== "--check");
  const room = check ? mkdtempSync(join(tmpdir(), "kfp-ts-check-")) : undefined;
  const progress = new Progress(check ? 6 : 5);
  let servers;
  try {
    await progress.step("installing what is missing", install, String);
    await progress.step("building what is stale", build, String);
    const started = await progress.step("starting the servers", () => startTwoServers(forServe, room), undefined, true);
    servers = started;
    const { standalone, kubeflow } = started;
    const [found, connected] = await progress.step("connecting with the SDK", () =>
      Promise.all([look(standalone.url), ways(started)]),
    );
    const ran = await progress.step("running a pipeline", () =>
      forServe.includes("--no-run") ? Promise.resolve("") : runPipeline(standalone.url),
    );
    const lines = waysToConnect(standalone.url, kubeflow.url, tokenFile(kubeflow), gatewayOf(kubeflow));
    console.log(`\n${found}\n\n${connected}\n\n${ran === "" ? "" : `${ran}\n\n`}${lines}\n`);
    if (!check) {
      console.log(
        "Press Ctrl-C to stop. In another terminal: npx kfp-ts says what to do next, npx kfp-ts doctor what it sees.\n",
      );
      const code = await Promise.race([standalone.ended, kubeflow.ended]);
      await started.stop();
      return code;
    }
    await progress.step(
      "verifying",
      async () => {
        return `${await verify(standalone.url)}; ${await verifyKubeflow(kubeflow)}`;
      },
      String,
    );
    await started.stop();
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message) console.error(`\n${message}`);
    await servers?.stop();
    return 1;
  } finally {
    if (room) rmSync(room, { recursive: true, force: true });
  }
}

process.exitCode = await start();
