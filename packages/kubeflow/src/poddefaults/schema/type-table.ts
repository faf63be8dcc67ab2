/**
 * Types of core/v1 as data: for each, its fields and what they hold.
 *
 * A field is written as the type of its value (`string`, `boolean`, `int32`, `int64`, `quantity`, `intOrString`, `time`,
 * or the name of another type), then what is around it, in this order:
 *
 * - `[]` a list, `{}` a map by name;
 * - `?` the zero value is something else than none: Kubernetes keeps the two apart (`optional: false`);
 * - `=` an empty object is the same as none (`resources: {}`);
 * - `!` required;
 * - `+` known to the cluster, but not to the schema of PodDefault, which takes it away.
 */
export type TypeTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A field of a type, as the table has it. */
export interface Field {
  /** `string`, …, or the name of a type. */
  readonly type: string;
  readonly shape: "one" | "list" | "map";
  readonly zeroIsValue: boolean;
  readonly emptyIsNone: boolean;
  readonly required: boolean;
  readonly unknownToCrd: boolean;
}

/** The fields of a type, by name. */
export type Fields = ReadonlyMap<string, Field>;

/** Reads a table. @throws Error where an entry cannot be read, which is a mistake in the table. */
export function readTypes(table: TypeTable): ReadonlyMap<string, Fields> {
  return new Map(
    Object.entries(table).map(([type, fields]) => [
      type,
      new Map(Object.entries(fields).map(([name, text]) => [name, readField(text)])),
    ]),
  );
}

function readField(text: string): Field {
  const match = /^([A-Za-z0-9]+)(\[\]|\{\})?(\?)?(=)?(!)?(\+)?$/.exec(text);
  if (match?.[1] === undefined) throw new Error(`"${text}" is no field of a type table.`);
  return {
    type: match[1],
    shape: match[2] === "[]" ? "list" : match[2] === "{}" ? "map" : "one",
    zeroIsValue: match[3] !== undefined,
    emptyIsNone: match[4] !== undefined,
    required: match[5] !== undefined,
    unknownToCrd: match[6] !== undefined,
  };
}
