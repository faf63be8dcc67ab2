import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inRoot } from "../workspace.mjs";

/** What every build depends on, beside the sources: the versions of what is bundled, how, and the pages that come along. */
const alwaysRead = ["package-lock.json", "tsconfig.base.json", "scripts/build", "docs/errors"];

/**
 * Every file below a path, sorted, so that the order of the disk does not matter.
 * @param {string} path relative to the root of the checkout
 * @returns {string[]}
 */
function filesBelow(path) {
  if (!existsSync(inRoot(path))) return [];
  const entries = readdirSync(inRoot(path), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * A hash over the content of what an output is made of.
 * @param {readonly string[]} packages the folders whose sources it is made of
 */
export function hashOf(packages) {
  const hash = createHash("sha256");
  const paths = [
    ...alwaysRead.flatMap((path) => (path.includes(".") ? [inRoot(path)] : filesBelow(path))),
    ...packages.flatMap((folder) => [inRoot(`${folder}/package.json`), ...filesBelow(`${folder}/src`)]),
  ];
  for (const path of paths)
    hash
      .update(path.slice(inRoot("").length))
      .update("\0")
      .update(readFileSync(path))
      .update("\0");
  return hash.digest("hex");
}

/** @param {string} outfile */
const stampOf = (outfile) => inRoot(`build/stamps/${outfile.replaceAll("/", "__")}`);

/**
 * Whether an output is missing or was made of other content.
 * @param {string} outfile relative to the root of the checkout
 * @param {string} hash
 */
export function isStale(outfile, hash) {
  return (
    !existsSync(inRoot(outfile)) || !existsSync(stampOf(outfile)) || readFileSync(stampOf(outfile), "utf8") !== hash
  );
}

/**
 * @param {string} outfile
 * @param {string} hash
 */
export function markFresh(outfile, hash) {
  mkdirSync(dirname(stampOf(outfile)), { recursive: true });
  writeFileSync(stampOf(outfile), hash);
}
