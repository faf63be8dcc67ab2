import {
  type DialectAdapter,
  DummyDriver,
  Kysely,
  type KyselyPlugin,
  type QueryCompiler,
  type RawBuilder,
} from "kysely";
import type { Schema } from "./schema.ts";

/** In what two engines differ. */
export interface Dialect {
  readonly createAdapter: () => DialectAdapter;
  readonly createQueryCompiler: () => QueryCompiler;
  readonly plugins: readonly KyselyPlugin[];
  /** The type of a text that is compared and sorted by its code points. */
  readonly text: RawBuilder<unknown>;
  /** The type of a whole number of up to 53 bits. */
  readonly whole: RawBuilder<unknown>;
  /** What makes a table of small rows lie in the index of its primary key, where the engine can do that. */
  readonly inPrimaryKey?: RawBuilder<unknown>;
}

/**
 * What writes queries in a dialect. It cannot run them: that is the engine's part, which gets them as text and values,
 * so that no query can slip past the transaction it belongs to.
 */
export function queryWriter(dialect: Dialect): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: dialect.createAdapter,
      createQueryCompiler: dialect.createQueryCompiler,
      createDriver: () => new DummyDriver(),
      createIntrospector: () => ({
        getSchemas: async () => [],
        getTables: async () => [],
        getMetadata: async () => ({ tables: [] }),
      }),
    },
    plugins: [...dialect.plugins],
  });
}
