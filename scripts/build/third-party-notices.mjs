import { existsSync, readdirSync, readFileSync } from "node:fs";
import { inRoot } from "../workspace.mjs";

/** Licences whose code may be passed on inside a work under Apache-2.0, as long as their text comes along. */
const allowed = new Set([
  "MIT",
  "MIT-0",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "Apache-2.0",
  "Unlicense",
  "CC0-1.0",
  "BlueOak-1.0.0",
]);

/**
 * Whether a licence expression leaves a way to pass the code on.
 * @param {string | undefined} expression as in package.json: `MIT`, `(MIT OR GPL-3.0)`, `Apache-2.0 AND BSD-3-Clause`
 */
export function mayBePassedOn(expression) {
  if (!expression) return false;
  return expression
    .replaceAll(/[()]/g, "")
    .split(/ OR /i)
    .some((choice) => choice.split(/ AND /i).every((licence) => allowed.has(licence.trim())));
}

/**
 * The folders of the packages that files come from: `node_modules/pino`, `node_modules/a/node_modules/@b/c`.
 * @param {Iterable<string>} files relative to the root of the checkout
 */
export function packagesOf(files) {
  const folders = new Set();
  for (const file of files) {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
    if (folder) folders.add(folder);
  }
  return [...folders].sort();
}

/**
 * The notices that a bundle has to carry: name, version, licence and its text for each package inside.
 * @param {Iterable<string>} files what the bundles of one package are made of
 * @returns {string | undefined} undefined where nothing of others is inside
 * @throws where a package's licence is unknown or does not allow it
 */
export function thirdPartyNotices(files) {
  const folders = packagesOf(files);
  if (folders.length === 0) return undefined;
  const notices = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(inRoot(`${folder}/package.json`), "utf8"));
    if (!mayBePassedOn(license))
      throw new Error(`${name} ${version} is under ${license ?? "no licence"}: it cannot be bundled`);
    return [`${name} ${version}`, `Licence: ${license}`, "", ...licenceTexts(folder, name)].join("\n");
  });
  const rule = `\n\n${"-".repeat(100)}\n\n`;
  return `This package contains code of the following projects.${rule}${notices.join(rule)}\n`;
}

/**
 * @param {string} folder
 * @param {string} name
 */
function licenceTexts(folder, name) {
  const files = readdirSync(inRoot(folder))
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .sort();
  if (files.length > 0) return files.map((file) => readFileSync(inRoot(`${folder}/${file}`), "utf8").trim());
  const readme = ["README.md", "readme.md", "Readme.md"]
    .map((file) => inRoot(`${folder}/${file}`))
    .find((file) => existsSync(file));
  const text = readme && /^#+ *licen[cs]e\b[\s\S]*/im.exec(readFileSync(readme, "utf8"))?.[0];
  if (!text) throw new Error(`${name} brings no text of its licence`);
  return [text.trim()];
}
