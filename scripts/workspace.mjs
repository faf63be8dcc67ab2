import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of the checkout, with a slash at its end. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/**
 * An absolute path inside the checkout.
 * @param {string} path relative to the root of the checkout
 */
export const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * The parsed package.json of a folder of the checkout.
 * @param {string} folder relative to the root; empty for the root itself
 * @returns {{ name: string, version: string, license?: string, workspaces?: string[], dependencies?: Record<string, string> }}
 */
export const packageOf = (folder) =>
  JSON.parse(readFileSync(inRoot(folder ? `${folder}/package.json` : "package.json"), "utf8"));

/** The packages of the workspace as folders, in the order of the arrows: `packages/api` first. */
export const packageFolders = packageOf("").workspaces ?? [];

/** The packages that are published. The others are bundled into these. */
export const publishedFolders = ["packages/sdk", "packages/cli"];
