/** What a field of a document may hold. A map with `*` has any names. */
export type Shape =
  | "text"
  | "boolean"
  | "any"
  | readonly [Shape]
  | { readonly [field: string]: Shape }
  | { readonly "*": Shape };

/** Where in a document something is: names of fields and numbers of items. */
export type DocumentPath = readonly (string | number)[];

/** A place where a document has not the shape it must have. What is there is not said: it may be a secret. */
export interface Misshapen {
  readonly path: DocumentPath;
  readonly mustBe: string;
}

/**
 * The first place where a document has not the shape it must have; undefined where there is none. Fields that the shape
 * does not name are nobody's business, and null is as good as nothing.
 */
export function misshapen(value: unknown, shape: Shape): Misshapen | undefined {
  return misshapenAt([], value, shape, new Map());
}

/** What was found good already: aliases of YAML can make one thing stand in a billion places. */
type Seen = Map<unknown, Set<Shape>>;

function misshapenAt(path: DocumentPath, value: unknown, shape: Shape, seen: Seen): Misshapen | undefined {
  if (value === null || value === undefined || shape === "any") return undefined;
  if (shape === "text") return typeof value === "string" ? undefined : { path, mustBe: "text (put it in quotes)" };
  if (shape === "boolean") return typeof value === "boolean" ? undefined : { path, mustBe: "true or false" };
  if (typeof value === "object") {
    const shapes = seen.get(value) ?? new Set();
    if (shapes.has(shape)) return undefined;
    seen.set(value, shapes.add(shape));
  }
  if (isList(shape)) {
    if (!Array.isArray(value)) return { path, mustBe: "a list" };
    return first(value.entries(), ([index, item]) => misshapenAt([...path, index], item, shape[0], seen));
  }
  if (typeof value !== "object" || Array.isArray(value)) return { path, mustBe: "a map" };
  const fields: Readonly<Record<string, Shape>> = shape;
  return first(Object.entries(value), ([name, field]) => {
    const expected = Object.hasOwn(fields, name) ? fields[name] : fields["*"];
    return expected === undefined ? undefined : misshapenAt([...path, name], field, expected, seen);
  });
}

/** A path as people write it: `users[0].user.token`. */
export function pathText(path: DocumentPath): string {
  const text = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return text === "" ? "the document" : text.replace(/^\./, "");
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function first<T, R>(items: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
