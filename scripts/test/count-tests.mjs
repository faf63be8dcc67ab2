import { readFileSync } from "node:fs";

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
