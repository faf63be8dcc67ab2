import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { CommandError, UsageError } from "../command-error.ts";
import { flag, textOption, type ValuesOf } from "../command-line/option.ts";

/** The options that say where the server keeps its data. */
export const databaseOptions = {
  data: textOption("dir", "Keep everything in this directory; with a database elsewhere, only what runs leave.", {
    otherwise: "$XDG_DATA_HOME/kfp-ts, else ~/.local/share/kfp-ts; with --kubeflow, kfp-ts-kubeflow there",
  }),
  inMemory: flag("Keep everything in memory: it is gone when the server stops."),
  database: textOption(
    "url",
    "Keep everything in PostgreSQL: postgres://USER@HOST:5432/DATABASE, without the password.",
  ),
  databaseFile: textOption("path", "Keep everything in PostgreSQL; the file holds the URL, with the password."),
};

/** Where a server keeps its data. */
export type Database =
  | { readonly kind: "memory" }
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "postgres"; readonly url: string };

const VARIABLE = "KFP_TS_DATABASE_URL";
const HOW =
  `Leave it out there and put it into PGPASSWORD or ~/.pgpass; or put the whole URL into ${VARIABLE}, ` +
  "or into a file that --database-file names.";

/**
 * Where the server is to keep its data: what an option says, else `KFP_TS_DATABASE_URL`, else the user's data directory.
 *
 * @throws UsageError where several are said, and for a password on the command line, which all on the machine can read.
 */
export async function chooseDatabase(
  {
    data,
    inMemory,
    database,
    databaseFile,
    kubeflow,
  }: ValuesOf<typeof databaseOptions> & { readonly kubeflow?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Promise<Database> {
  const elsewhere = database !== undefined || databaseFile !== undefined;
  const said = Object.entries({
    "--data": data !== undefined && !elsewhere,
    "--in-memory": inMemory,
    "--database": database !== undefined,
    "--database-file": databaseFile !== undefined,
  }).flatMap(([name, given]) => (given ? [name] : []));
  if (said.length > 1) throw new UsageError(`${said.join(" and ")} exclude each other.`, "Give one of them.");
  if (inMemory) return { kind: "memory" };
  if (data === "") throw new UsageError("--data is an empty text.", "Give a directory.");
  if (data !== undefined && !elsewhere) {
    return { kind: "directory", path: resolve(data) };
  }
  if (database !== undefined) {
    if (holdsPassword(database)) {
      throw new UsageError("--database holds a password, and everybody on this machine can read arguments.", HOW);
    }
    return { kind: "postgres", url: database };
  }
  if (databaseFile !== undefined) return { kind: "postgres", url: await urlIn(databaseFile) };
  const fromEnvironment = env[VARIABLE];
  if (fromEnvironment) return { kind: "postgres", url: fromEnvironment };
  return { kind: "directory", path: dataDirectory(env, kubeflow ? "kfp-ts-kubeflow" : "kfp-ts") };
}

/** Where there is something like a password in it, whether or not the rest makes sense. */
function holdsPassword(url: string): boolean {
  return /^[^/]*:\/\/[^/?#]*:[^/?#]*@/.test(url) || /[?&](password|sslpassword)=/i.test(url);
}

async function urlIn(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new CommandError(`The database file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/**
 * The user's directory for data, as the XDG base directories have it: a path that is not absolute does not count.
 *
 * @param name - Kubeflow in a box has one of its own: what many users have in their namespaces, and what a single user has in
 *   none, would only be in each other's way.
 */
export function dataDirectory(
  env: Readonly<Record<string, string | undefined>>,
  name: "kfp-ts" | "kfp-ts-kubeflow" = "kfp-ts",
): string {
  const base = env.XDG_DATA_HOME;
  return base && isAbsolute(base) ? join(base, name) : join(env.HOME || homedir(), ".local", "share", name);
}

/** The place, for people: never with a password. */
export function placeOf(database: Database): string {
  switch (database.kind) {
    case "memory":
      return "in memory: it is gone when the server stops";
    case "directory":
      return database.path;
    case "postgres": {
      const url = URL.canParse(database.url) ? new URL(database.url) : undefined;
      return url === undefined
        ? "PostgreSQL"
        : `PostgreSQL at ${url.host || "localhost"}, database ${url.pathname.slice(1)}`;
    }
  }
}
