import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { startControlPlane } from "./cluster/control-plane.mjs";
import { clusterPrograms, NoGo } from "./cluster/programs.mjs";
import { seconds } from "./progress.mjs";
import { inRoot, root } from "./workspace.mjs";

/**
 * `npm run test:cluster [-- ARGUMENTS OF VITEST]`: the tests that need Kubernetes, on a control plane that is started for
 * them and stopped after them.
 */
const room = mkdtempSync(join(tmpdir(), "kfp-ts-cluster-"));
const began = performance.now();
/** @param {string} line */
const say = (line) => console.error(`${seconds(performance.now() - began).padStart(9)}  ${line}`);
try {
  const programs = await clusterPrograms((line) => say(`${line} (once)`));
  say(`bundles: ${await build()}`);
  const cluster = await startControlPlane({ programs, room });
  say("the control plane answers");
  try {
    process.exitCode = await vitest({
      KFP_TS_TEST_KUBECONFIG: cluster.kubeconfig,
      KFP_TS_TEST_KUBECTL: cluster.kubectl,
      KFP_TS_TEST_FORWARD_TO: `${cluster.forwardTo}`,
    });
  } finally {
    await cluster.stop();
  }
} catch (error) {
  console.error(error instanceof NoGo ? error.message : error);
  process.exitCode = error instanceof NoGo ? 77 : 1;
} finally {
  rmSync(room, { recursive: true, force: true });
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the exit code
 */
function vitest(env) {
  const args = [inRoot("node_modules/vitest/vitest.mjs"), "run", "--config", "vitest.cluster.config.ts"];
  // Ctrl-C reaches vitest too, which ends by itself; this process waits for it and then stops the control plane.
  process.on("SIGINT", () => {});
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args, ...process.argv.slice(2)], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: "inherit",
    });
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
