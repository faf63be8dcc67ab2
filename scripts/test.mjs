import { Progress, seconds } from "./progress.mjs";
import { CommandFailed } from "./run-command.mjs";
import { checks } from "./test/checks.mjs";

/** `npm test`, or `npm test -- lint types` for some of it. The last line counts. */

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(", ")}. There are: ${checks.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

const chosen = checks.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const progress = new Progress(chosen.length);
/** @type {(import("./test/checks.mjs").Outcome & { name: string, time: number })[]} */
const results = [];
for (const check of chosen) {
  const began = performance.now();
  const outcome = await progress.step(check.about, check.run, describe).catch(report);
  results.push({ name: check.name, ...outcome, time: performance.now() - began });
}

/** @param {import("./test/checks.mjs").Outcome} outcome */
function describe({ passed, failed, skipped, note }) {
  if (note) return note;
  return passed + failed === 1 && !failed
    ? ""
    : `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
}

/**
 * Shows what a failed check said. The checks after it run all the same: one look shows everything that is wrong.
 * @param {unknown} error
 */
function report(error) {
  process.stderr.write(error instanceof CommandFailed ? `${error.output.trimEnd()}\n${error.message}\n` : `${error}\n`);
  return { passed: 0, failed: 1, skipped: 0 };
}

const width = Math.max(...results.map(({ name }) => name.length));
console.log();
for (const { name, passed, failed, skipped, time } of results) {
  const counts = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
  console.log(`${failed ? "FAIL" : "ok  "}  ${name.padEnd(width)}  ${seconds(time).padStart(9)}  ${counts}`);
}
/** @param {"passed" | "failed"} what */
const sum = (what) => results.reduce((total, result) => total + result[what], 0);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") > 0 ? 1 : 0;
