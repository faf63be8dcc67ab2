import { spawnSync } from "node:child_process";
import { inRoot, root } from "../../scripts/workspace.mjs";
import { nodeOfVersion } from "./node.mjs";
import { end, prepareCheckout, runTests } from "./vitest.mjs";

/**
 * A smoke test on another Node: `npm start -- --check` with the bundles as they are published, and the tests of the
 * server and the SDK, because what differs between versions of Node is the SQLite that it brings and how fetch fails.
 * @param {string} version
 */
export async function smokeTest(version) {
  await prepareCheckout();
  const node = await nodeOfVersion(version);
  const started = spawnSync(node, [inRoot("scripts/start.mjs"), "--check"], { cwd: root, stdio: "inherit" });
  const tests = await runTests(["packages/server", "packages/sdk"], { node });
  end({ passed: tests.passed + Number(started.status === 0), failed: tests.failed + Number(started.status !== 0) });
}
