import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseAllDocuments,
  type ScalarTag,
  type Tags,
} from "yaml";
import type { Place } from "./kubeflow-object.ts";
import { ObjectError } from "./object-error.ts";
import type { Path } from "./shape.ts";

/** The longest text that is read, in bytes: Kubernetes takes 3 MiB in one request. */
const largestText = 4 * 1024 * 1024;

/** How often values may be repeated by aliases, those within the repeated ones counted too. */
const mostAliases = 100;

/** One document of a YAML text that is not empty. */
export interface YamlDocument {
  readonly value: unknown;
  /** Where a value stands, or the name of a field; what is not there stands where the nearest thing around it does. */
  placeOf(path: Path, ofKey?: boolean): Place;
}

/**
 * Reads a text as kubectl does: several documents, YAML 1.1, whose `yes` and `on` are truth values and whose dates are
 * texts. JSON is YAML.
 *
 * @throws ObjectError with every mistake of syntax.
 */
export function readYaml(text: string, file: string): readonly YamlDocument[] {
  if (Buffer.byteLength(text) > largestText) {
    throw failed(`The file has more than ${largestText / 1024 / 1024} MiB. Write the objects into several.`);
  }
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const documents = parse(text, lines);
  const mistakes = documents.flatMap(({ errors }) => errors);
  if (mistakes.length > 0) {
    throw new ObjectError(
      mistakes.map(({ message, pos }) => ({ ...at(pos[0]), message: `No YAML: ${message.replace(/[.:]?$/, ".")}` })),
    );
  }
  return documents.flatMap((document) => {
    const { contents } = document;
    if (!contents || (isScalar(contents) && contents.value === null)) return [];
    const value = plainValue(document, at(contents.range[0]));
    return [{ value, placeOf: (path, ofKey) => at(offsetOf(document, contents, path, ofKey ?? false)) }];
  });

  function parse(source: string, lineCounter: LineCounter): readonly Document.Parsed[] {
    try {
      const parsed = parseAllDocuments(source, {
        version: "1.1",
        lineCounter,
        prettyErrors: false,
        customTags: (tags) => [octal, ...tags.filter((tag) => !isLeftOut(tag))],
      });
      return Array.isArray(parsed) ? parsed : [];
    } catch (error) {
      // The parser calls itself for what is nested.
      if (error instanceof RangeError) throw failed("The YAML is nested too deeply.");
      throw error;
    }
  }

  function failed(message: string, cause?: unknown): ObjectError {
    return new ObjectError([{ file, line: 1, column: 1, message }], { cause });
  }
}

/** What YAML 1.1 has not and kubectl has, so that a name like this is no text there either. */
const octal: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?0o[0-7_]+$/,
  resolve: (text) => Number(text.replace(/[-+_]/g, "")) * (text.startsWith("-") ? -1 : 1),
};

/** What YAML 1.1 has and kubectl does not: numbers to the base of 60, dates, and the rarer collections. */
function isLeftOut(tag: Tags[number]): boolean {
  if (typeof tag === "string") return /^(binary|omap|pairs|set|timestamp|intTime|floatTime)$/.test(tag);
  return ("format" in tag && tag.format === "TIME") || /:(binary|omap|pairs|set|timestamp)$/.test(tag.tag);
}

function plainValue(document: Document.Parsed, place: Place): unknown {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: mostAliases });
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    const unknown = error.message.startsWith("Unresolved alias");
    const message = unknown
      ? `No YAML: ${error.message}.`
      : `The aliases (*name) of this document repeat more than ${mostAliases} values. Write them out.`;
    throw new ObjectError([{ ...place, message }]);
  }
  if (isCircular(value, new Set(), new Set())) {
    throw new ObjectError([{ ...place, message: "An alias (*name) stands within what it repeats." }]);
  }
  return value;
}

function isCircular(value: unknown, around: Set<unknown>, seen: Set<unknown>): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (around.has(value)) return true;
  if (seen.has(value)) return false;
  seen.add(value);
  around.add(value);
  const circular = Object.values(value).some((inner) => isCircular(inner, around, seen));
  around.delete(value);
  return circular;
}

function offsetOf(document: Document.Parsed, contents: ParsedNode, path: Path, ofKey: boolean): number {
  let node: Node = contents;
  let offset = contents.range[0];
  for (const [index, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? node;
    if (!isCollection(node)) return offset;
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      : undefined;
    const key = pair?.key;
    if (ofKey && index === path.length - 1 && isNode(key)) return key.range?.[0] ?? offset;
    const next = node.get(part, true);
    if (!isNode(next)) return isNode(key) ? (key.range?.[0] ?? offset) : offset;
    node = next;
    offset = node.range?.[0] ?? offset;
  }
  return offset;
}
