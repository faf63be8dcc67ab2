import { join } from "node:path";
import type { RunsOptions } from "@kfp-ts/server";
import { UsageError } from "../command-error.ts";
import { flag, flagOf, option, textOption, type ValuesOf } from "../command-line/option.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import type { Io } from "../io.ts";
import { cacheDirectory, s3Of } from "../run/open-runner.ts";
import { type Database, dataDirectory } from "./database.ts";

const isolations = ["bubblewrap", "none", "auto"] as const;

/** The options that say how a server executes runs. */
export const runsOptions = {
  jobs: option("number", "How many tasks may be executed at once, over all runs.", wholeNumber(1, 10_000), {
    short: "j",
    otherwise: "the number of processors",
  }),
  isolation: option<(typeof isolations)[number]>(
    "kind",
    "bubblewrap: a task sees only what is its own. none: it sees what you see; refused where others can have runs " +
      "executed. auto: bubblewrap where they can, else none.",
    readIsolation,
    { otherwise: "auto", completes: isolations },
  ),
  python: textOption("path", "The interpreter of Python components.", { otherwise: "python3" }),
  allowHostCommands: flag("Execute containers whose program is on this machine, whatever their image."),
  noRun: flag("Execute nothing: runs are accepted, kept, and stay PENDING."),
};

/** What a server executes runs with, and what is told of it. */
export interface ServedRuns {
  /** Undefined where runs are only recorded. */
  readonly runs: RunsOptions | undefined;
  /** For people. */
  readonly said: string;
}

/** The options that say who else than its own user can have a server execute runs. */
interface WhoOptions {
  readonly kubeflow: boolean;
  readonly multiUser: boolean;
}

/**
 * How a server is to execute runs.
 *
 * @param host - What it listens on.
 * @throws UsageError for options that do not go together.
 */
export function chooseRuns(
  options: ValuesOf<typeof runsOptions> & WhoOptions & { readonly data?: string | undefined },
  { database, host, io }: { readonly database: Database; readonly host: string; readonly io: Io },
): ServedRuns {
  const { noRun, jobs, isolation = "auto", python, allowHostCommands: hostCommands } = options;
  if (noRun) {
    refuseInVain(options);
    return { runs: undefined, said: "recorded only: they stay PENDING" };
  }
  const { env } = io;
  const folder = folderFor(database, options, env);
  const othersUseIt = options.kubeflow || options.multiUser || !/^(127\.|localhost$|::1$)/i.test(host);
  const apart = isolation === "bubblewrap" || (isolation === "auto" && othersUseIt);
  const runs: RunsOptions = {
    folder,
    jobs,
    python,
    hostCommands,
    env,
    isolation: isolation === "auto" ? undefined : isolation,
    // What is of one user may be shared with the other commands of that user; the keys of the server are not for others.
    ...(!othersUseIt && { s3: s3Of(env), environmentsFolder: join(cacheDirectory(env), "environments") }),
  };
  const where = folder === undefined ? "gone when the server stops" : `kept in ${folder}`;
  return { runs, said: `executed here, ${apart ? "kept apart by bubblewrap" : "not isolated"}; ${where}` };
}

/** Beside the data; where that is in PostgreSQL, in the directory that --data names, else in the user's own. */
function folderFor(
  database: Database,
  { data, kubeflow }: { readonly data?: string | undefined; readonly kubeflow?: boolean },
  env: Io["env"],
): string | undefined {
  switch (database.kind) {
    case "memory":
      return undefined;
    case "directory":
      return join(database.path, "served-runs");
    case "postgres":
      return join(data ?? dataDirectory(env, kubeflow ? "kfp-ts-kubeflow" : "kfp-ts"), "served-runs");
  }
}

function refuseInVain(options: ValuesOf<typeof runsOptions>): void {
  const names = ["jobs", "isolation", "python", "allowHostCommands"] as const;
  const said = names.filter((name) => options[name] !== undefined && options[name] !== false);
  if (said.length === 0) return;
  const [first] = said.map(flagOf);
  throw new UsageError(`${first} and --no-run exclude each other: nothing is executed.`, "Leave one of them out.");
}

function readIsolation(text: string): (typeof isolations)[number] {
  const isolation = isolations.find((candidate) => candidate === text);
  if (isolation !== undefined) return isolation;
  throw new UsageError(`"${text}" is no isolation; there are ${isolations.join(", ")}.`);
}
