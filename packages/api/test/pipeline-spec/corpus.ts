import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Compiled pipelines and recorded exchanges that lie beside the repository, and are not a part of it. */
const shared = new URL("../../../../../shared/", import.meta.url);

export const corpusPresent = existsSync(new URL("corpus/ir/valid", shared));
export const contractPresent = existsSync(new URL("contract/single", shared));

export interface PackageFile {
  readonly name: string;
  readonly text: string;
}

/** The YAML and JSON files of a folder of the shared files; none where it is not there. */
export function packagesIn(folder: string): PackageFile[] {
  const url = new URL(`${folder}/`, shared);
  if (!existsSync(url)) return [];
  return readdirSync(url)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .map((name) => ({ name, text: readFileSync(new URL(name, url), "utf8") }));
}

export function sharedText(path: string): string {
  return readFileSync(new URL(path, shared), "utf8");
}

// biome-ignore lint/suspicious/noExplicitAny: recordings are JSON of every shape, and a test looks deep into them.
export type Recorded = any;

/** The steps of a recorded scenario; none where it is not there. */
export function recordedSteps(scenario: string): Recorded[] {
  const url = new URL(`contract/single/${scenario}.json`, shared);
  return existsSync(url) ? JSON.parse(readFileSync(url, "utf8")).steps : [];
}

/** The names of recorded scenarios that begin with a prefix. */
export function scenarios(prefix: string): string[] {
  const url = new URL("contract/single/", shared);
  if (!existsSync(url)) return [];
  return readdirSync(url)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.replace(/\.json$/, ""));
}
