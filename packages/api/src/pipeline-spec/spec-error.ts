/** A place in a compiled pipeline, such as `root.dag.tasks.train.componentRef.name`; "" is the whole document. */
export type SpecPath = string;

/** A compiled pipeline is wrong in one place. The message names the place and what is wrong with it. */
export class SpecError extends Error {
  override readonly name = "SpecError";
  readonly path: SpecPath;

  constructor(path: SpecPath, fact: string) {
    super(path === "" ? fact : `${path}: ${fact}`);
    this.path = path;
  }
}

/** The path of a member, or of a member of that: `a.b`, or `a["b c"]` where a name is no plain word. */
export function memberPath(parent: SpecPath, ...names: readonly string[]): SpecPath {
  return names.reduce((path, name) => {
    const short = shortened(name);
    if (!/^[\w-]+…?$/.test(short)) return `${path}[${JSON.stringify(short)}]`;
    return path === "" ? short : `${path}.${short}`;
  }, parent);
}

/** The path of a list's item. */
export function itemPath(parent: SpecPath, index: number): SpecPath {
  return `${parent}[${index}]`;
}

/** A text of the document, cut so that a hostile one can not fill an error message. */
export function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

/** What a JSON value is, in the words of an error. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return `the text ${JSON.stringify(shortened(value))}`;
  return typeof value === "boolean" ? `the boolean ${value}` : `the number ${value}`;
}
