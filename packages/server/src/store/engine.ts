import { StatusError } from "@kfp-ts/api";
import type { Compilable, CompiledQuery } from "kysely";

/** One statement for the database. `rows` says whether its rows are wanted, or only how many it changed. */
export interface Statement {
  readonly query: CompiledQuery;
  readonly rows: boolean;
}

/** What became of a statement. */
export interface Answer {
  readonly rows: readonly unknown[];
  /** How many rows it changed, where rows were not wanted. */
  readonly changed: number;
}

/**
 * What is to be done in a database: a generator that yields statements and gets their answers.
 *
 * It is written once for all engines. SQLite answers each statement at once, so that a whole transaction runs in one
 * go and nothing can come between; PostgreSQL answers when the network does. An async function could not give the
 * first: it lets others run at every `await`, in the middle of a transaction of the one connection.
 */
export type Work<T> = Generator<Statement, T, Answer>;

/** A database that does work. Errors are StatusErrors where it is the database that failed. */
export interface Engine {
  /** Does work that changes nothing. */
  read<T>(work: () => Work<T>): Promise<T>;
  /**
   * Does work in one transaction of its own: fulfilled once it is on disk, and where it throws nothing of it stays.
   * `work` may be called more than once, when the database asks for the transaction to be tried again.
   */
  write<T>(work: () => Work<T>): Promise<T>;
  /** Waits for what is under way, then lets go of the database. */
  close(): Promise<void>;
}

/** The refusal of work after an engine was told to close. */
export function stopping(): StatusError {
  return new StatusError("UNAVAILABLE", "The server is stopping. Try again later.");
}

/** Asks for all rows of a query. */
export function* rows<Row>(query: Compilable<Row>): Work<readonly Row[]> {
  const answer = yield { query: query.compile(), rows: true };
  return answer.rows as readonly Row[];
}

/** Asks for the first row of a query. */
export function* first<Row>(query: Compilable<Row>): Work<Row | undefined> {
  const found = yield* rows(query);
  return found[0];
}

/** Changes rows. @returns how many. */
export function* change(query: Compilable<unknown>): Work<number> {
  const answer = yield { query: query.compile(), rows: false };
  return answer.changed;
}
