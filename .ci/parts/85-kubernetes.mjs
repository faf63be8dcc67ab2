import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startControlPlane } from "../../scripts/cluster/control-plane.mjs";
import { clusterPrograms, NoGo } from "../../scripts/cluster/programs.mjs";
import { cannotBeHad } from "../part/cannot-be-had.mjs";
import { virtualEnvironment } from "../part/python.mjs";
import { end, prepareCheckout, runTests } from "../part/vitest.mjs";

/** What is to work on a cluster, on a real Kubernetes control plane, with Python's client beside ours. */
const programs = await clusterPrograms(console.log).catch((error) => {
  if (error instanceof NoGo) cannotBeHad(error.message);
  throw error;
});
await prepareCheckout();
const python = join(await virtualEnvironment("kfp", "test/ci/python/requirements.txt"), "python");
const room = mkdtempSync(join(tmpdir(), "kfp-ts-cluster-"));
const cluster = await startControlPlane({ programs, room });
try {
  const env = {
    KFP_TS_PYTHON: python,
    KFP_TS_TEST_KUBECONFIG: cluster.kubeconfig,
    KFP_TS_TEST_KUBECTL: cluster.kubectl,
    KFP_TS_TEST_FORWARD_TO: `${cluster.forwardTo}`,
  };
  end(await runTests(["--config", "vitest.cluster.config.ts"], { env }));
} finally {
  await cluster.stop();
  rmSync(room, { recursive: true, force: true });
}
