import { readFileSync } from "node:fs";
import { runCommand } from "./run-command.mjs";
import { inRoot } from "./workspace.mjs";

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} Locked
 */

/**
 * The packages of a lock file by their place.
 * @param {string} path
 * @returns {Record<string, Locked> | undefined} undefined where the file is missing or broken
 */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(inRoot(path), "utf8")).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether an optional package was made for exactly this machine, so that it must be there. Which libc this is cannot be
 * told cheaply; what names one is left to npm.
 * @param {Locked} locked
 */
function isForThisMachine({ os, cpu, libc }) {
  return Boolean(!libc && os?.includes(process.platform) && cpu?.includes(process.arch));
}

/**
 * Whether node_modules holds something else than package-lock.json says. npm writes down what it installed, so an
 * install by hand counts, and an install that was cut short does not.
 */
export function installIsStale() {
  const wanted = lockedPackages("package-lock.json");
  const present = lockedPackages("node_modules/.package-lock.json");
  if (!wanted || !present) return true;
  return Object.entries(wanted).some(([place, locked]) => {
    if (!place.startsWith("node_modules/")) return false;
    const installed = present[place];
    if (!installed) return !locked.optional || isForThisMachine(locked);
    return installed.version !== locked.version || installed.integrity !== locked.integrity;
  });
}

/**
 * Installs what is missing, exactly as package-lock.json says. Nothing of it needs its install script: esbuild and
 * SQLite bring their binaries along in the package, so no foreign code runs here.
 * @returns {Promise<string>} a few words about what was done
 */
export async function install() {
  if (!installIsStale()) return "up to date";
  await runCommand("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
  return "installed";
}
