import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startControlPlane } from "./cluster/control-plane.mjs";
import { clusterPrograms, NoGo } from "./cluster/programs.mjs";

/**
 * `npm run cluster [-- FOLDER]`: a Kubernetes control plane on this machine, until Ctrl-C. With a folder its objects are
 * kept there from one start to the next.
 */
const [given] = process.argv.slice(2);
const room = given ?? mkdtempSync(join(tmpdir(), "kfp-ts-cluster-"));
try {
  const programs = await clusterPrograms((line) => console.error(`${line}: some minutes, once`));
  const cluster = await startControlPlane({ programs, room });
  console.log(`A Kubernetes control plane is running. No container runs on it: kwok plays its pods.

  export KUBECONFIG=${cluster.kubeconfig}
  export PATH=${programs}:$PATH
  kubectl get --raw /readyz

Port 3000 of every pod leads to port ${cluster.forwardTo} of this machine, for kubectl port-forward.
Ctrl-C stops it${given === undefined ? " and deletes it" : ""}.`);
  await new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await cluster.stop();
} catch (error) {
  console.error(error instanceof NoGo ? error.message : error);
  process.exitCode = 1;
} finally {
  if (given === undefined) rmSync(room, { recursive: true, force: true });
}
