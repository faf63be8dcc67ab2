import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../scripts/run-command.mjs";
import { inRoot } from "../../scripts/workspace.mjs";
import { cachedFolder } from "./cache.mjs";
import { cannotBeHad } from "./cannot-be-had.mjs";
import { aptInstall, needProgram } from "./programs.mjs";

/**
 * A virtual environment with the packages of a list.
 * @param {string} name
 * @param {string} requirements the list, relative to the root of the checkout
 * @returns {Promise<string>} the folder with its programs: `python`, `pip`, …
 */
export async function virtualEnvironment(name, requirements) {
  const python = await needProgram(["python3"], "python3");
  await needVenv(python);
  const version = (await runCommand(python, ["--version"])).trim();
  const list = readFileSync(inRoot(requirements), "utf8");
  const folder = await cachedFolder(`venv-${name}`, [python, version, list], async (place) => {
    console.log(`making a virtual environment for ${name} …`);
    await runCommand(python, ["-m", "venv", place]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await runCommand(join(place, "bin/python"), [...pip, "-r", inRoot(requirements)]).catch((error) =>
      cannotBeHad(`pip cannot install ${requirements}: ${error.output.trim().split("\n").at(-1)}`),
    );
  });
  return join(folder, "bin");
}

/**
 * Debian's python3 comes without what makes a virtual environment.
 * @param {string} python
 */
async function needVenv(python) {
  const room = mkdtempSync(join(tmpdir(), "kfp-ts-venv-"));
  try {
    await runCommand(python, ["-m", "ensurepip", "--version"]);
    await runCommand(python, ["-m", "venv", "--without-pip", join(room, "venv")]);
  } catch {
    await aptInstall("python3-venv");
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}
