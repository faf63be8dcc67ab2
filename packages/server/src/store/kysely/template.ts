import type { Compilable, CompiledQuery } from "kysely";
import type { Database } from "./schema.ts";

/** Stands for a value that each use of a template brings along. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query of a fixed form, written and compiled once for each database, at its first use; after that only its values
 * change. Compiling is most of what a short query costs here, so those that many requests make are templates.
 *
 * `build` gets an object with the keys of the values, and must put each of its properties into the query as it is.
 */
export function template<Values extends object, Row>(
  build: (db: Database, values: Values) => Compilable<Row>,
): (db: Database, values: Values) => Compilable<Row> {
  const compiled = new WeakMap<Database, CompiledQuery<Row>>();
  const compile = (db: Database, values: Values): CompiledQuery<Row> => {
    const slots = Object.fromEntries(Object.keys(values).map((name) => [name, new Slot(name)])) as Values;
    const query = build(db, slots).compile();
    compiled.set(db, query);
    return query;
  };
  return (db, values) => {
    const { sql, query, queryId, parameters } = compiled.get(db) ?? compile(db, values);
    const byName = values as Readonly<Record<string, unknown>>;
    const filled = parameters.map((one) => (one instanceof Slot ? byName[one.name] : one));
    return { compile: () => ({ sql, query, queryId, parameters: filled }) as CompiledQuery<Row> };
  };
}
