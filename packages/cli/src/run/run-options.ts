import { UsageError } from "../command-error.ts";
import { parseDuration } from "../command-line/duration.ts";
import { readKeyValue } from "../command-line/key-value.ts";
import { flag, flagOf, option, repeated, textOption, type ValuesOf } from "../command-line/option.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import { outputOption } from "../output/output-option.ts";

const isolations = ["bubblewrap", "none"] as const;

/** The options of a new run: what is to run, and with what. */
const ofNewRuns = {
  param: repeated("name=value", "A parameter. Its value is read as the type that the pipeline gives it.", readKeyValue),
  paramsFile: textOption("path", "Parameters by their names, as YAML or JSON; --param wins over it."),
  artifact: repeated("name=uri", "An artifact that goes in: a path or a URI. Of a list, one for each.", readKeyValue),
  name: textOption("text", "The name of the run.", { otherwise: "that of the pipeline, with the time" }),
  pipelineRoot: textOption("uri", "Where artifacts go: s3://bucket/path.", { otherwise: "the folder of the run" }),
  noCache: flag("Execute every task, also where an earlier run has its outputs."),
  timeLimit: option("duration", "How long the run may take: 30m, 2h.", parseDuration, {
    otherwise: "as long as it takes",
  }),
  taskTimeLimit: option("duration", "How long each attempt of a task may take.", parseDuration, {
    otherwise: "as long as it takes",
  }),
};

/** The options of `kfp-ts run`. */
export const runOptions = {
  ...ofNewRuns,
  resume: textOption(
    "run",
    "Go on with this run where it was; of one that has failed or was canceled, what failed is executed again.",
  ),
  list: flag("List the runs of this machine, the newest first."),
  jobs: option("number", "How many tasks may be executed at once.", wholeNumber(1, 10_000), {
    short: "j",
    otherwise: "the number of processors",
  }),
  isolation: option<(typeof isolations)[number]>(
    "kind",
    "bubblewrap: a task sees only what is its own. none: it sees what you see.",
    readIsolation,
    { otherwise: "none", completes: isolations },
  ),
  python: textOption("path", "The interpreter of Python components.", { otherwise: "python3" }),
  allowHostCommands: flag("Execute containers whose program is on this machine, whatever their image."),
  ...outputOption,
};

/** What `kfp-ts run` is told. */
export type RunOptionValues = ValuesOf<typeof runOptions>;

function readIsolation(text: string): (typeof isolations)[number] {
  const isolation = isolations.find((candidate) => candidate === text);
  if (isolation === undefined) {
    throw new UsageError(`"${text}" is no isolation; there are ${isolations.join(" and ")}.`);
  }
  return isolation;
}

/**
 * What is asked for: one of the three things that the command does.
 *
 * @throws UsageError where none is said, or several are.
 */
export function purposeOf(
  file: string | undefined,
  options: RunOptionValues,
):
  | { readonly kind: "new"; readonly file: string }
  | { readonly kind: "resume"; readonly runId: string }
  | { readonly kind: "list" } {
  const { resume, list } = options;
  if (list) {
    if (file !== undefined || resume !== undefined) {
      throw new UsageError("--list runs nothing.", "Leave FILE and --resume out.");
    }
    return { kind: "list" };
  }
  if (resume !== undefined) {
    if (file !== undefined) throw new UsageError("FILE and --resume exclude each other.", "Leave FILE out.");
    const said = Object.entries(ofNewRuns).find(([name]) => isSaid(options[name as keyof typeof ofNewRuns]));
    if (said !== undefined) {
      throw new UsageError(
        `A run that is resumed goes on as it was begun, and ${flagOf(said[0])} is of its beginning.`,
        `Leave ${flagOf(said[0])} out, or start a new run.`,
      );
    }
    // What --output name prints is taken as well.
    return { kind: "resume", runId: resume.replace(/^run\//, "") };
  }
  if (file === undefined) {
    throw new UsageError("It is not said what is to run.", "Give the file of a compiled pipeline, or --resume RUN.");
  }
  return { kind: "new", file };
}

function isSaid(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}
