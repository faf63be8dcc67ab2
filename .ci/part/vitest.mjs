import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../scripts/build.mjs";
import { install } from "../../scripts/install.mjs";
import { countTests, failedTests } from "../../scripts/test/count-tests.mjs";
import { inRoot, root } from "../../scripts/workspace.mjs";

/** A part may run by itself in a fresh clone: the tests need the packages and the bundles. */
export async function prepareCheckout() {
  console.log(`packages: ${await install()}; bundles: ${await build({ types: true })}`);
}

/**
 * Runs tests and ends the part with the line that counts them.
 * @param {readonly string[]} args of vitest: folders, files, a configuration
 * @param {{ env?: NodeJS.ProcessEnv, node?: string }} [options] `node`: another Node than this one
 */
export async function runTests(args, { env = {}, node = process.execPath } = {}) {
  const room = mkdtempSync(join(tmpdir(), "kfp-ts-report-"));
  const report = join(room, "report.json");
  try {
    const { status } = spawnSync(
      node,
      [
        inRoot("node_modules/vitest/vitest.mjs"),
        "run",
        ...args,
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${report}`,
      ],
      { cwd: root, env: { ...process.env, ...env }, stdio: "inherit" },
    );
    if (!existsSync(report)) return { passed: 0, failed: 1 };
    for (const line of failedTests(report)) console.log(line);
    const { passed, failed } = countTests(report, status !== 0);
    return { passed, failed };
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/**
 * The last words of a part.
 * @param {{ passed: number, failed: number }} counts
 */
export function end({ passed, failed }) {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/**
 * Runs the tests of a folder of test/ci and ends the part.
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env what the tests are told
 */
export async function runFolder(folder, env) {
  end(await runTests(["--config", "vitest.ci.config.ts", `test/ci/${folder}/`], { env }));
}
