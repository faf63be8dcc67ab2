import { dump, loadAll, YAMLException } from "js-yaml";
import type { Json, JsonObject } from "../messages/field.ts";
import { mendIndentation } from "./continuation-indent.ts";
import { MAX_DEPTH, plainDocuments } from "./plain-json.ts";
import { PYYAML_SCHEMA } from "./pyyaml-schema.ts";
import { SpecError } from "./spec-error.ts";

/** How many characters are read at most while lines are moved, so that a hostile text costs no more than a long one. */
const MOST_TRIED = 4 * 1024 * 1024;

/**
 * The documents of a YAML text, as plain JSON; empty ones are left out. A text that is JSON is read as JSON, because a
 * number such as `1e-07` is a text in the YAML of PyYAML.
 *
 * @throws SpecError that says what is wrong, and where (line and column, or the path of the value).
 */
export function readYaml(text: string): Json[] {
  return plainDocuments(load(text).filter((document) => document !== null && document !== undefined));
}

function load(text: string): unknown[] {
  if (/^\s*\{/.test(text)) {
    try {
      return [JSON.parse(text)];
    } catch {
      // A flow mapping of YAML begins with a brace as well.
    }
  }
  let attempt = text;
  let mendedLine = -1;
  for (let tried = text.length; ; tried += attempt.length) {
    try {
      // One level more, because plainDocuments says exactly what is too deep.
      return loadAll(attempt, { schema: PYYAML_SCHEMA, maxDepth: MAX_DEPTH + 1 });
    } catch (error) {
      // A line that was moved, and is still in the way, will not get better.
      const line = (error instanceof YAMLException && error.mark?.line) || 0;
      const mended = tried < MOST_TRIED && line > mendedLine ? mendIndentation(attempt, error) : undefined;
      if (mended === undefined) throw new SpecError("", reasonOf(error));
      attempt = mended;
      mendedLine = line;
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof YAMLException)) return error instanceof Error ? error.message : String(error);
  if (/maxDepth/.test(error.reason)) return `it is nested deeper than ${MAX_DEPTH} levels`;
  const { mark } = error;
  return mark === undefined ? error.reason : `${error.reason} (line ${mark.line + 1}, column ${mark.column + 1})`;
}

/** One document of YAML, as YAML 1.1 and 1.2 readers agree on it: words that one of them takes for a value are quoted. */
export function writeYaml(document: JsonObject): string {
  return dump(document, { lineWidth: -1, noRefs: true });
}
