/** What a value of an object may be. Null is as good as absent, as Kubernetes reads it. */
export type Shape =
  | { readonly is: "text" | "truth" | "whole number" | "anything" | "map of texts" | "object" }
  | { readonly is: "list"; readonly of: Shape }
  | { readonly is: "fields"; readonly fields: Readonly<Record<string, Shape>> };

/** Where in an object: `["rules", 0, "verbs"]`. */
export type Path = readonly (string | number)[];

/** Something that is wrong with an object. */
export interface Flaw {
  readonly path: Path;
  /** Whether it is the name of the field that is wrong, and not its value. */
  readonly ofKey?: boolean;
  readonly message: string;
}

/**
 * Reads a value of a shape.
 *
 * @returns the value without the fields that are null. Where there are new flaws, it is not of the shape.
 */
export function readShape(value: unknown, shape: Shape, path: Path, flaws: Flaw[]): unknown {
  switch (shape.is) {
    case "anything":
      return value;
    case "list":
      if (!Array.isArray(value)) return wrong(value, "a list", path, flaws);
      return value.map((item: unknown, index) => readShape(item, shape.of, [...path, index], flaws));
    case "fields":
      if (!isObject(value)) return wrong(value, "an object", path, flaws);
      return readFields(value, shape.fields, path, flaws);
    case "object":
      return isObject(value) ? value : wrong(value, "an object", path, flaws);
    case "map of texts":
      if (!isObject(value)) return wrong(value, "an object of texts", path, flaws);
      for (const [key, text] of Object.entries(value)) {
        if (typeof text !== "string") wrong(text, "a text", [...path, key], flaws);
      }
      return value;
    case "text":
      return typeof value === "string" ? value : wrong(value, "a text", path, flaws);
    case "truth":
      return typeof value === "boolean" ? value : wrong(value, "true or false", path, flaws);
    case "whole number":
      return Number.isInteger(value) ? value : wrong(value, "a whole number", path, flaws);
  }
}

/** Whether a value is an object of JSON, and neither a list nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A path as people write it: `rules[0].verbs`. */
export function writePath(path: Path): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${part}`))
    .join("");
}

function readFields(
  value: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, Shape>>,
  path: Path,
  flaws: Flaw[],
): Readonly<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    const shape = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (!shape)
      flaws.push({ path: [...path, key], ofKey: true, message: unknownField(key, Object.keys(fields), path) });
    else if (field !== null && field !== undefined) read[key] = readShape(field, shape, [...path, key], flaws);
  }
  return read;
}

function unknownField(key: string, known: readonly string[], path: Path): string {
  const lower = key.toLowerCase();
  const meant = known.find((name) => name.toLowerCase() === lower || name.toLowerCase() === `${lower}s`);
  const where = path.length > 0 ? ` in ${writePath(path)}` : "";
  return `Unknown field ${JSON.stringify(key)}${where}. ${meant ? `Right: ${meant}.` : `Known: ${known.join(", ")}.`}`;
}

function wrong(value: unknown, right: string, path: Path, flaws: Flaw[]): undefined {
  const remedy = right === "a text" && typeof value !== "object" ? "write it in quotes" : `write ${right}`;
  flaws.push({
    path,
    message: `${writePath(path) || "This"} is ${nameOf(value)} and has to be ${right}: ${remedy}.`,
  });
  return undefined;
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "a text";
    case "boolean":
      return `a truth value (${value})`;
    case "number":
      return `a number (${value})`;
    default:
      return "an object";
  }
}
