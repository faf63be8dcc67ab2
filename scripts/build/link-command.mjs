import { existsSync } from "node:fs";
import { runCommand } from "../run-command.mjs";
import { inRoot } from "../workspace.mjs";

/**
 * Makes `npx kfp-ts` the command of this checkout. npm links commands when it installs, and then the bundle was not
 * there yet; asking again is cheaper than a committed file in between, which every start would have to load.
 */
export async function linkCommand() {
  if (existsSync(inRoot("node_modules/.bin/kfp-ts"))) return;
  await runCommand("npm", [
    "rebuild",
    "@kfp-ts/cli",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);
}
