import { type Answer, type Engine, type Statement, stopping, type Work } from "../engine.ts";
import { assertStorable } from "../storable.ts";
import type { SqliteDatabase } from "./driver.ts";
import { sqliteFailure } from "./errors.ts";
import { Prepared } from "./prepared.ts";

/** So many prepared statements are kept; the fixed ones are some fifty, lists have as many shapes as filters. */
const MAX_STATEMENTS = 256;
/** A statement with longer text is not kept. */
const MAX_KEPT_LENGTH = 20_000;
/** So many transactions are committed together at the most: the first of them waits for all. */
const MAX_BATCH = 256;

interface Queued {
  readonly work: () => Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/**
 * One connection to SQLite. Work runs from its first statement to its last without a break, so there is nothing to
 * lock: no other work can see a half-done transaction.
 *
 * Transactions that are asked for in the same turn of the event loop are committed together, each in a savepoint of
 * its own. What takes time is waiting for the disk, and a hundred can wait for it together (measured: 200 µs for one,
 * 5 µs each for many). Each is acknowledged only once the disk has them all.
 */
export class SqliteEngine implements Engine {
  readonly #database: SqliteDatabase;
  readonly #label: string;
  readonly #statements = new Map<string, Prepared>();
  #queue: Queued[] = [];
  #closed: Promise<void> | undefined;

  /** @param label how errors call the database. */
  constructor(database: SqliteDatabase, label: string) {
    this.#database = database;
    this.#label = label;
  }

  async read<T>(work: () => Work<T>): Promise<T> {
    this.#assertOpen();
    try {
      return this.#run(work());
    } catch (error) {
      throw sqliteFailure(error, this.#label);
    }
  }

  write<T>(work: () => Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#assertOpen();
      if (this.#queue.length === 0) setImmediate(() => this.#flush());
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  close(): Promise<void> {
    this.#closed ??= Promise.resolve().then(() => {
      while (this.#queue.length > 0) this.#flush();
      this.#statements.clear();
      this.#database.close();
    });
    return this.#closed;
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw stopping();
  }

  #flush(): void {
    const batch = this.#queue.splice(0, MAX_BATCH);
    if (batch.length === 0) return;
    if (this.#queue.length > 0) setImmediate(() => this.#flush());
    try {
      const outcomes = this.#commit(batch);
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome !== undefined && "value" in outcome) resolve(outcome.value);
        else reject(sqliteFailure(outcome?.error, this.#label));
      }
    } catch (error) {
      const failure = sqliteFailure(error, this.#label);
      for (const { reject } of batch) reject(failure);
    }
  }

  #commit(batch: readonly Queued[]): readonly Outcome[] {
    this.#execute("begin immediate");
    try {
      // One alone is undone with the transaction itself.
      const [only] = batch;
      const outcomes =
        batch.length === 1 && only !== undefined
          ? [{ value: this.#run(only.work()) }]
          : batch.map(({ work }) => this.#savepoint(work));
      this.#execute("commit");
      return outcomes;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #savepoint(work: () => Work<unknown>): Outcome {
    this.#execute("savepoint work");
    try {
      const value = this.#run(work());
      this.#execute("release work");
      return { value };
    } catch (error) {
      this.#takeBack(error);
      return { error };
    }
  }

  /** @throws the error itself, where SQLite has given up the whole transaction for it, as it does on a full disk. */
  #takeBack(error: unknown): void {
    try {
      this.#execute("rollback to work");
      this.#execute("release work");
    } catch {
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec("rollback");
    } catch {
      // SQLite has rolled back by itself, as it does where it cannot go on; the error that made it so is thrown.
    }
  }

  #execute(sql: string): void {
    this.#prepare(sql).statement.run();
  }

  #run<T>(work: Work<T>): T {
    let step = work.next({ rows: [], changed: 0 });
    while (step.done !== true) step = this.#step(work, step.value);
    return step.value;
  }

  #step<T>(work: Work<T>, statement: Statement): IteratorResult<Statement, T> {
    let answer: Answer;
    try {
      answer = this.#answer(statement);
    } catch (error) {
      return work.throw(error);
    }
    return work.next(answer);
  }

  #answer({ query: { sql, parameters }, rows }: Statement): Answer {
    assertStorable(parameters);
    const prepared = this.#prepare(sql);
    if (rows) return { rows: prepared.all(parameters), changed: 0 };
    return { rows: [], changed: Number(prepared.statement.run(...parameters).changes) };
  }

  /** The least recently used statement makes room for a new one. */
  #prepare(sql: string): Prepared {
    const kept = this.#statements.get(sql);
    const prepared = kept ?? new Prepared(this.#database.prepare(sql));
    if (sql.length > MAX_KEPT_LENGTH) return prepared;
    if (kept !== undefined) this.#statements.delete(sql);
    this.#statements.set(sql, prepared);
    const oldest = this.#statements.size > MAX_STATEMENTS ? this.#statements.keys().next().value : undefined;
    if (oldest !== undefined) this.#statements.delete(oldest);
    return prepared;
  }
}
