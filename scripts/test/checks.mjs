import { existsSync, mkdirSync, rmSync } from "node:fs";
import { build } from "../build.mjs";
import { buildReference } from "../docs/reference.mjs";
import { install } from "../install.mjs";
import { CommandFailed, runCommand } from "../run-command.mjs";
import { inRoot, publishedFolders } from "../workspace.mjs";
import { countTests, failedTests } from "./count-tests.mjs";

/**
 * What a check found. A check that is not made of tests counts as one.
 * @typedef {{ passed: number, failed: number, skipped?: number, note?: string }} Outcome
 * @typedef {{ name: string, about: string, run: () => Promise<Outcome> }} Check
 */

/** @type {Outcome} */
const onePassed = { passed: 1, failed: 0 };

/**
 * @param {string} path a JavaScript file in node_modules
 * @param {readonly string[]} args
 */
const tool = (path, ...args) => runCommand(process.execPath, [inRoot(`node_modules/${path}`), ...args]);

/**
 * @param {string} folder
 * @returns {Promise<Outcome>}
 */
async function lintPackage(folder) {
  const [{ publint }, { formatMessage }] = await Promise.all([import("publint"), import("publint/utils")]);
  const { messages, pkg } = await publint({ pkgDir: inRoot(folder), strict: true, pack: "npm" });
  if (messages.length > 0) throw new Error(messages.map((message) => formatMessage(message, pkg)).join("\n"));
  return onePassed;
}

/** @returns {Promise<Outcome>} */
async function runVitest() {
  const report = inRoot("build/test-report.json");
  mkdirSync(inRoot("build"), { recursive: true });
  rmSync(report, { force: true });
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const ended = await runCommand(process.execPath, [inRoot("node_modules/vitest/vitest.mjs"), ...args], {
    show: true,
  }).catch((error) => error);
  if (!existsSync(report)) throw ended;
  for (const line of failedTests(report)) console.log(line);
  return countTests(report, ended instanceof CommandFailed);
}

/**
 * Everything that `npm test` does, in this order.
 * @type {Check[]}
 */
export const checks = [
  { name: "install", about: "install what is missing", run: async () => ({ ...onePassed, note: await install() }) },
  {
    name: "build",
    about: "build what is stale",
    run: async () => ({ ...onePassed, note: await build({ types: true }) }),
  },
  {
    name: "lint",
    about: "format, lint, arrows (biome)",
    run: () => tool("@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".").then(() => onePassed),
  },
  { name: "types", about: "types (tsc)", run: () => tool("typescript/bin/tsc", "-b").then(() => onePassed) },
  {
    name: "dead-exports",
    about: "dead files, exports, dependencies (knip)",
    run: () => tool("knip/bin/knip.js", "--no-progress").then(() => onePassed),
  },
  ...publishedFolders.map((folder) => ({
    name: `publint-${folder.replace("packages/", "")}`,
    about: `package.json of ${folder} (publint)`,
    run: () => lintPackage(folder),
  })),
  {
    name: "reference",
    about: "reference of the SDK (typedoc)",
    run: () => buildReference(inRoot("docs/reference")).then(() => onePassed),
  },
  { name: "tests", about: "tests (vitest)", run: runVitest },
];
