import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseAllDocuments,
  type ScalarTag,
  type Tags,
  visit,
} from "yaml";
import type { Place } from "./kubeflow-object.ts";
import { ObjectError } from "./object-error.ts";
import type { Path } from "./shape.ts";

/** The longest text that is read, in bytes: Kubernetes takes 3 MiB in one request. */
const largestText = 4 * 1024 * 1024;

/** How often values may be repeated by aliases, those within the repeated ones counted too. */
const mostAliases = 100;

const tooDeep = "The YAML is nested too deeply.";

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
  if (mistakes.some(({ message }) => message.includes("call stack"))) throw failed(tooDeep);
  if (mistakes.length > 0) {
    throw new ObjectError(
      mistakes.map(({ message, pos }) => ({ ...at(pos[0]), message: `No YAML: ${message.replace(/[.:]?$/, ".")}` })),
    );
  }
  return documents.flatMap((document) => {
    const { contents } = document;
    if (!contents || (isScalar(contents) && contents.value === null)) return [];
    const badKeys = mistakesOfKeys(document);
    if (badKeys.length > 0) throw new ObjectError(badKeys.map(({ offset, message }) => ({ ...at(offset), message })));
    const value = plainValue(document, at);
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
      if (error instanceof RangeError) throw failed(tooDeep);
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

function plainValue(document: Document.Parsed, at: (offset: number) => Place): unknown {
  const failed = (message: string, offset = document.contents?.range[0] ?? 0): ObjectError =>
    new ObjectError([{ ...at(offset), message }]);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: mostAliases });
  } catch (error) {
    if (error instanceof RangeError) throw failed(tooDeep);
    if (!(error instanceof Error)) throw error;
    if (error.message.startsWith("Excessive alias count")) {
      throw failed(`The aliases (*name) of this document repeat more than ${mostAliases} values. Write them out.`);
    }
    throw failed(`No YAML: ${error.message}.`, offsetOfUnresolved(document));
  }
  if (isCircular(value, new Set(), new Set())) throw failed("An alias (*name) stands within what it repeats.");
  return value;
}

/** Where the first alias is that repeats nothing. */
function offsetOfUnresolved(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      offset = alias.range?.[0];
      return visit.BREAK;
    },
  });
  return offset;
}

/** Keys that are no text, which no object of JSON can have, and merges (`<<`) of what is no object. */
function mistakesOfKeys(document: Document.Parsed): ReadonlyArray<{ offset: number; message: string }> {
  const mistakes: Array<{ offset: number; message: string }> = [];
  visit(document, {
    Pair(_, { key, value }) {
      const offset = (isNode(key) ? key.range?.[0] : undefined) ?? 0;
      if (isCollection(key)) mistakes.push({ offset, message: "A list or an object is no key. Write a text." });
      if (!isScalar(key) || (key.value !== "<<" && typeof key.value !== "symbol") || key.type !== "PLAIN") return;
      const merged = isAlias(value) ? value.resolve(document) : value;
      const sources = isSeq(merged) ? merged.items : [merged];
      if (!sources.every((one) => isMap(isAlias(one) ? one.resolve(document) : one))) {
        mistakes.push({ offset, message: "<< takes the fields of an object over, or of a list of objects (*name)." });
      }
    },
  });
  return mistakes;
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
