import type { Pool } from "pg";
import type { StoreLog } from "../log.ts";
import { StoreOpenError } from "../open-error.ts";
import { postgresCode, reason } from "./errors.ts";

const MAX_CONNECTIONS = 10;
/** For a new connection, and for one of the pool to be free. */
const CONNECT_TIMEOUT_MS = 15_000;
const QUERY_TIMEOUT_MS = 60_000;
/** PostgreSQL's number for the type of whole numbers of 64 bits. */
const INT8 = 20;

/** Connections to a database, none of them made yet, and how errors call it. */
export interface OpenedPostgres {
  readonly pool: Pool;
  readonly label: string;
}

/**
 * Connects, and sees to it that the database is one we can use.
 *
 * @throws StoreOpenError where the URL is none, the server does not answer or refuses. The password is in none of them.
 */
export async function openPostgres(url: string, log: StoreLog): Promise<OpenedPostgres> {
  // Loaded here, so that nobody who uses SQLite waits for it.
  const { default: pg } = await import("pg");
  const label = labelOf(url);
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "kfp-ts",
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    // All our numbers have at most 53 bits; the driver would give texts, for those that have more.
    types: {
      getTypeParser: (type: number, format?: "text" | "binary") =>
        type === INT8 && format !== "binary" ? Number : pg.types.getTypeParser(type, format as "text"),
    },
  });
  // A connection that breaks between two queries of one transaction tells the next query, too; but where nobody listens
  // for it, Node ends the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  // An idle connection that breaks is only worth a line: the next use makes a new one.
  pool.on("error", (error) => log.warn({ reason: reason(error) }, `${label} closed a connection`));
  try {
    const { rows } = await pool.query<{ server_encoding: string }>("show server_encoding");
    const encoding = rows[0]?.server_encoding;
    if (encoding === "UTF8") return { pool, label };
    throw new StoreOpenError(
      "INVALID",
      `${label} keeps texts as ${encoding}, which cannot hold all of them. Create one with ENCODING 'UTF8'.`,
    );
  } catch (error) {
    await pool.end();
    throw postgresOpenFailure(error, label);
  }
}

/** Host, port and database of a URL, and nothing else of it. */
function labelOf(given: string): string {
  // No cause: Node's own error for a wrong URL holds the whole of it.
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== "postgres:" && url?.protocol !== "postgresql:") {
    throw new StoreOpenError(
      "INVALID",
      "The database is not given as a PostgreSQL URL. Write it as postgres://USER:PASSWORD@HOST:5432/DATABASE, with special characters percent-encoded.",
    );
  }
  const host = url.searchParams.get("host") ?? (url.hostname === "" ? "localhost" : url.hostname);
  return `PostgreSQL at ${host}:${url.port === "" ? "5432" : url.port}, database ${url.pathname.slice(1)}`;
}

/** What an error at the start means for the one who runs the server. */
export function postgresOpenFailure(error: unknown, label: string): unknown {
  if (error instanceof StoreOpenError) return error;
  const remedy = remedies[postgresCode(error) ?? ""] ?? "Is it running, and can it be reached from here?";
  return new StoreOpenError("UNREACHABLE", `${label} cannot be used (${reason(error)}). ${remedy}`, { cause: error });
}

const remedies: Readonly<Record<string, string>> = {
  "28P01": "Check the user and the password in the URL.",
  "28000": "Check the user in the URL, and pg_hba.conf of that server.",
  "3D000": "Create that database, or check its name in the URL.",
  "42501": "Give the user the right to create a schema: GRANT CREATE ON DATABASE … TO ….",
  "53300": "All its connections are taken; raise max_connections there.",
};
