import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clusterPrograms, NoGo } from "../../scripts/cluster/programs.mjs";
import { runCommand } from "../../scripts/run-command.mjs";
import { inRoot } from "../../scripts/workspace.mjs";
import { cannotBeHad } from "../part/cannot-be-had.mjs";
import { virtualEnvironment } from "../part/python.mjs";
import { end, prepareCheckout } from "../part/vitest.mjs";

/**
 * The bench runs to its end and measures every figure. What the figures are is no test: machines are shared and noisy.
 */
await clusterPrograms(console.log).catch((error) => {
  if (error instanceof NoGo) cannotBeHad(error.message);
  throw error;
});
await prepareCheckout();
const programs = await virtualEnvironment("kfp", "test/ci/python/requirements.txt");
const env = { ...process.env, KFP_TS_PYTHON: join(programs, "python") };
console.log(await runCommand(process.execPath, [inRoot("scripts/bench.mjs")], { env }));
/** @type {{ figures: { name: string, skipped?: string }[] }} */
const { figures } = JSON.parse(readFileSync(inRoot("bench/results/latest.json"), "utf8"));
const skipped = figures.filter((figure) => figure.skipped !== undefined);
for (const { name, skipped: reason } of skipped) console.log(`not measured: ${name}: ${reason}`);
end({ passed: figures.length - skipped.length, failed: skipped.length });
