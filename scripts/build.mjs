import { pathToFileURL } from "node:url";
import { buildBundle, writeWhole } from "./build/bundle.mjs";
import { bundles, declarations } from "./build/bundles.mjs";
import { writeErrorPages } from "./build/error-pages.mjs";
import { linkCommand } from "./build/link-command.mjs";
import { hashOf, isStale, markFresh } from "./build/stamps.mjs";
import { thirdPartyNotices } from "./build/third-party-notices.mjs";
import { inRoot, publishedFolders } from "./workspace.mjs";

/**
 * Builds what is stale.
 * @param {{ types?: boolean }} [options] `types`: the declarations of the SDK too, which only a published package needs
 * @returns {Promise<string>} a few words about what was done
 */
export async function build({ types = false } = {}) {
  /** @type {string[]} */
  const built = [];
  for (const folder of publishedFolders) built.push(...(await buildPackage(folder)));
  if (types && (await buildTypes())) built.push(declarations.outfile);
  await linkCommand();
  return built.length === 0 ? "up to date" : built.map((path) => path.replace("packages/", "")).join(", ");
}

/**
 * The bundles of one package belong together: its notices are about all of them, so all are built when one is stale.
 * @param {string} folder
 */
async function buildPackage(folder) {
  const own = bundles.filter(({ outfile }) => outfile.startsWith(`${folder}/`));
  const hash = hashOf([...new Set(own.flatMap(({ sources }) => sources))]);
  if (!own.some(({ outfile }) => isStale(outfile, hash))) return [];
  const inside = await Promise.all(own.map(buildBundle));
  const notices = thirdPartyNotices(inside.flat());
  if (notices) writeWhole(inRoot(`${folder}/dist/THIRD-PARTY-NOTICES.txt`), notices);
  if (folder === "packages/cli") writeErrorPages();
  for (const { outfile } of own) markFresh(outfile, hash);
  return own.map(({ outfile }) => outfile);
}

/** @returns whether there was something to do */
async function buildTypes() {
  const hash = hashOf(declarations.sources);
  if (!isStale(declarations.outfile, hash)) return false;
  // Only here: the tools for it are large, and nothing that runs needs them.
  const { buildDeclarations } = await import("./build/declarations.mjs");
  await buildDeclarations();
  markFresh(declarations.outfile, hash);
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const began = performance.now();
  const done = await build({ types: process.argv.includes("--types") });
  console.error(`built in ${Math.round(performance.now() - began)} ms: ${done}`);
}
