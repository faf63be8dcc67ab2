import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { root } from "../workspace.mjs";

/**
 * Counts what Vitest reported. A file that could not even be loaded, or an error outside of every test, is a failure too.
 * @param {string} report the path of its JSON report
 * @param {boolean} failedAsAWhole whether Vitest's exit code said so
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
export function countTests(report, failedAsAWhole) {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  const brokenFiles = testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const failed = numFailedTests + brokenFiles;
  return { passed: numPassedTests, failed: failedAsAWhole ? Math.max(failed, 1) : failed, skipped: numPendingTests };
}

/**
 * Names what failed, a line each, so that the end of a long output says it again: `.ci/run` repeats these lines last.
 * @param {string} report the path of Vitest's JSON report
 * @returns {string[]}
 */
export function failedTests(report) {
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  return testResults.flatMap((/** @type {FileResult} */ { name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    const file = relative(root, name);
    if (status === "failed" && failed.length === 0) return [`FAILED ${file}: ${firstLine(message)}`];
    return failed.map((test) => `FAILED ${file}: ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
  });
}

/**
 * @typedef {{ name: string, status: string, message: string, assertionResults: TestResult[] }} FileResult
 * @typedef {{ status: string, fullName: string, failureMessages: string[] }} TestResult
 */

/** @param {string | undefined} text */
function firstLine(text) {
  const [line = ""] = (text ?? "").trimStart().split("\n", 1);
  return line.slice(0, 300);
}
