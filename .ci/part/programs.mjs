import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runCommand } from "../../scripts/run-command.mjs";
import { cannotBeHad } from "./cannot-be-had.mjs";

/**
 * The path of the first of some programs that is installed.
 * @param {readonly string[]} names
 * @param {readonly string[]} [folders] where to look beside PATH
 */
export function findProgram(names, folders = []) {
  const places = [...(process.env.PATH ?? "").split(delimiter), ...folders];
  return names.flatMap((name) => places.map((place) => join(place, name))).find((path) => existsSync(path));
}

/**
 * Debian's folders of the versions of PostgreSQL, newest first. They are not in PATH.
 * @returns {string[]}
 */
export function postgresFolders() {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => `/usr/lib/postgresql/${version}/bin`);
}

/**
 * The path of a program; where it is missing, Debian's package of it is installed first, if we may.
 * @param {readonly string[]} names of the program
 * @param {string} debianPackage
 * @param {() => readonly string[]} [folders] where to look beside PATH
 */
export async function needProgram(names, debianPackage, folders = () => []) {
  const found = findProgram(names, folders());
  if (found) return found;
  await aptInstall(debianPackage);
  return (
    findProgram(names, folders()) ?? cannotBeHad(`${names[0]} is still missing after apt-get install ${debianPackage}`)
  );
}

/** @param {string} debianPackage */
export async function aptInstall(debianPackage) {
  const hint = `install it with: sudo apt-get install ${debianPackage}`;
  if (process.getuid?.() !== 0) cannotBeHad(`${debianPackage} is missing, and only root can install it; ${hint}`);
  if (!findProgram(["apt-get"])) cannotBeHad(`${debianPackage} is missing, and there is no apt-get to install it`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  console.log(`installing ${debianPackage} …`);
  try {
    await runCommand("apt-get", ["update", "-q"], { env });
    await runCommand("apt-get", ["install", "-q", "-y", "--no-install-recommends", debianPackage], { env });
  } catch (error) {
    cannotBeHad(`${debianPackage} cannot be installed (${error instanceof Error ? error.message : error})`);
  }
}
