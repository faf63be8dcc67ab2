import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { JsonObject } from "../../src/messages/field.ts";

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

/** What the tests look at of a recorded step. */
export interface RecordedStep {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly multipart?: { readonly file?: string; readonly filename?: string | null };
    readonly body?: {
      readonly pipeline_spec?: JsonObject;
      readonly runtime_config?: { readonly parameters?: JsonObject };
    };
  };
  readonly capture?: Readonly<Record<string, string>>;
  readonly match?: { readonly userMessage?: string; readonly errorMessage?: string };
  readonly response: {
    readonly status: number;
    readonly body: {
      readonly pipeline_spec?: JsonObject;
      readonly pipeline_versions?: readonly { readonly pipeline_id: string; readonly pipeline_spec: JsonObject }[];
    };
  };
}

/** The steps of a recorded scenario; none where it is not there. */
export function recordedSteps(scenario: string): RecordedStep[] {
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
