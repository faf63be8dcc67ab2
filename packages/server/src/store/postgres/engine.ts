import type { Pool, PoolClient } from "pg";
import { type Engine, stopping, type Work } from "../engine.ts";
import { assertStorable } from "../storable.ts";
import { isConflict, isConnectionLoss, postgresFailure } from "./errors.ts";

/** So often a transaction is tried that others come in between. */
const MAX_ATTEMPTS = 10;

/** Connections to PostgreSQL. A connection that broke is replaced by a new one at the next use. */
export class PostgresEngine implements Engine {
  readonly #pool: Pool;
  readonly #label: string;
  readonly #running = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  /** @param label how errors call the database; without the password. */
  constructor(pool: Pool, label: string) {
    this.#pool = pool;
    this.#label = label;
  }

  async read<T>(work: () => Work<T>): Promise<T> {
    return await this.#connected((client) => run(client, work()));
  }

  async write<T>(work: () => Work<T>): Promise<T> {
    return await this.#connected(async (client) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await transaction(client, work);
        } catch (error) {
          if (attempt === MAX_ATTEMPTS || !isConflict(error)) throw error;
        }
      }
    });
  }

  close(): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#running).then(() => this.#pool.end());
    return this.#closed;
  }

  async #connected<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw stopping();
    const running = this.#use(use);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #use<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
    let client: PoolClient | undefined;
    let broken = false;
    try {
      client = await this.#pool.connect();
      return await use(client);
    } catch (error) {
      broken = isConnectionLoss(error);
      throw postgresFailure(error, this.#label);
    } finally {
      client?.release(broken);
    }
  }
}

async function transaction<T>(client: PoolClient, work: () => Work<T>): Promise<T> {
  await client.query("begin");
  try {
    const value = await run(client, work());
    await client.query("commit");
    return value;
  } catch (error) {
    // A lost connection cannot be asked to roll back, and need not be: the server does it.
    if (!isConnectionLoss(error)) await client.query("rollback");
    throw error;
  }
}

async function run<T>(client: PoolClient, work: Work<T>): Promise<T> {
  let step = work.next({ rows: [], changed: 0 });
  while (step.done !== true) {
    const { sql, parameters } = step.value.query;
    try {
      assertStorable(parameters);
      const { rows, rowCount } = await client.query<object>(sql, [...parameters]);
      step = work.next({ rows, changed: rowCount ?? 0 });
    } catch (error) {
      step = work.throw(error);
    }
  }
  return step.value;
}
