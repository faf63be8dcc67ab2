/** What a field of a kubeconfig may hold. */
export type Shape =
  | "text"
  | "boolean"
  | "any"
  | readonly [Shape]
  | { readonly [field: string]: Shape }
  | { readonly "*": Shape };

const words = { text: "text (put it in quotes)", boolean: "true or false", list: "a list", map: "a map" } as const;

/**
 * The first place where a document has not the shape it must have, such as `users[0].user.token is no text`; undefined
 * where there is none. Fields that the shape does not name are nobody's business, and null is as good as nothing.
 */
export function misshapen(value: unknown, shape: Shape, path: string): string | undefined {
  if (value === null || value === undefined || shape === "any") return undefined;
  if (shape === "text") return typeof value === "string" ? undefined : must(path, words.text);
  if (shape === "boolean") return typeof value === "boolean" ? undefined : must(path, words.boolean);
  if (isList(shape)) {
    if (!Array.isArray(value)) return must(path, words.list);
    return first(value.entries(), ([index, item]) => misshapen(item, shape[0], `${path}[${index}]`));
  }
  if (typeof value !== "object" || Array.isArray(value)) return must(path === "" ? "the document" : path, words.map);
  const fields = Object.entries(value);
  return first(fields, ([name, field]) => {
    const expected = (shape as Readonly<Record<string, Shape>>)[name] ?? (shape as { readonly "*"?: Shape })["*"];
    return expected === undefined ? undefined : misshapen(field, expected, path === "" ? name : `${path}.${name}`);
  });
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

/** The value is not said: it may be a secret. */
function must(path: string, what: string): string {
  return `${path} must be ${what}`;
}

function first<T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
