import { join } from "node:path";
import { runCommand } from "../../scripts/run-command.mjs";
import { cachedFolder } from "./cache.mjs";
import { cannotBeHad } from "./cannot-be-had.mjs";

/**
 * The program of another version of Node. The npm registry has them: one package for each system, with Node's own binary.
 * @param {string} version an exact one
 * @returns {Promise<string>} the path of its `node`
 */
export async function nodeOfVersion(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await cachedFolder("node", [name, version], async (place) => {
    console.log(`getting Node ${version} …`);
    const args = ["install", "--prefix", place, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await runCommand("npm", [...args, `${name}@${version}`], { cwd: place }).catch(() =>
      cannotBeHad(`${name}@${version} is not in the npm registry`),
    );
  });
  return join(folder, "node_modules", name, "bin", "node");
}
