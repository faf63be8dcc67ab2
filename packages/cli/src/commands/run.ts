import { existsSync } from "node:fs";
import type { Finding } from "@kfp-ts/runner";
import { UsageError } from "../command-error.ts";
import { type Command, command, type Invocation } from "../command-line/command.ts";
import { PROGRAM } from "../command-line/command-line.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { printable } from "../output/printable.ts";
import { type Printer, printerFor } from "../output/printer.ts";
import { type Style, styleFor } from "../output/style.ts";
import { formatReport, reportOf } from "../report-error.ts";
import { type Execution, executeRun, exitCodeOf, nextStepOf, wasLeft } from "../run/execute-run.ts";
import { runsJson, runTable, storedRuns } from "../run/list-runs.ts";
import { type OpenRunner, openRunner } from "../run/open-runner.ts";
import { type ResultError, resultOf } from "../run/result.ts";
import { purposeOf, type RunOptionValues, runOptions } from "../run/run-options.ts";
import { readRunRequest } from "../run/run-request.ts";
import { failuresOf, summaryOf } from "../run/summary.ts";
import { stopSignals } from "../serve/stop-signals.ts";
import { runs } from "./runs.ts";

/** How many differences from a cluster are told at the start; `kfp-ts lint` has all of them. */
const MOST_NOTES = 10;

/** `kfp-ts run`: a pipeline on this machine, without a server. */
export const run = runWith(openRunner);

/** The command with another way to open a runner. */
export function runWith(open: typeof openRunner): Command {
  return command({
    name: "run",
    summary: "Run a compiled pipeline on this machine, without a server.",
    description:
      "Python components run with the Python of this machine, in an environment that has the packages they ask for. " +
      "Exit code 0 when the run SUCCEEDED, 5 when it ended FAILED or CANCELED. Ctrl-C cancels it: exit tasks are still " +
      "executed. A second Ctrl-C ends everything at once. Either can be gone on with.",
    optionalArg: { name: "file", doc: "A compiled pipeline: .yaml, .json, .zip, .tar.gz." },
    options: runOptions,
    examples: [
      "run pipeline.yaml --param epochs=3",
      "run pipeline.yaml --params-file parameters.yaml --jobs 4 --output json",
      "run --list",
      "run --resume 7c9e6679-7425-40de-944b-e07fc1f90ae7",
    ],
    speaks: false,
    stopsItself: true,
    run: (invocation) => runHere(open, invocation),
  });
}

async function runHere(
  open: typeof openRunner,
  { optionalArg: file, options, io }: Pick<Invocation, "optionalArg" | "io"> & { readonly options: RunOptionValues },
): Promise<ExitCode> {
  const purpose = purposeOf(file, options);
  if (purpose.kind === "new") refuseVerb(purpose.file);
  // What is wrong with the file is told before anything large is loaded.
  const request = purpose.kind === "new" ? await readRunRequest(purpose.file, options, io.now()) : undefined;
  const stopping = stopSignals(io);
  const { jobs, isolation = "none", python, allowHostCommands: hostCommands } = options;
  const opened = await open({ jobs, isolation, python, hostCommands }, io.env);
  const { runner } = opened;
  const printer = printerFor(options.output ?? "table", io);
  try {
    if (purpose.kind === "list") return await list(opened, printer, io);
    const style = styleFor(io.stderr.isTerminal, io.env);
    if (request !== undefined) {
      tellDifferences(await runner.check(request.pipeline), style, io);
      const execution = await executeRun(opened, request.shownName, () => runner.start(request), io, stopping);
      return await tell(execution, opened, printer, io);
    }
    const runId = purpose.kind === "resume" ? purpose.runId : "";
    const before = await runner.get(runId);
    const retryFailed = before?.state === "FAILED" || before?.state === "CANCELED";
    const resumed = () => runner.resume(runId, { retryFailed });
    return await tell(
      await executeRun(opened, before?.pipelineName ?? runId, resumed, io, stopping),
      opened,
      printer,
      io,
    );
  } finally {
    stopping.end();
    await runner.close();
  }
}

/** `run list` for `runs list`: what is behind it is no file then, but a verb. */
function refuseVerb(file: string): void {
  if (!runs.commands.some(({ name }) => name === file) || existsSync(file)) return;
  throw new UsageError(`There is no file ${file}.`, `Did you mean ${PROGRAM} ${runs.name} ${file}?`);
}

async function list({ runner }: OpenRunner, printer: Printer, io: Io): Promise<ExitCode> {
  const views = await storedRuns(runner);
  const style = styleFor(io.stdout.isTerminal, io.env);
  const names = views.map(({ runId }) => `run/${printable(runId)}\n`).join("");
  const text = printer.format === "name" ? names : runTable(views, io.now(), style);
  await printer.fact(text, runsJson(views));
  return exitCodes.done;
}

/** What of a pipeline is otherwise here than on a cluster; what cannot run here is told by the refusal to start it. */
function tellDifferences(findings: readonly Finding[], style: Style, io: Io): void {
  const notes = findings.filter(({ kind }) => kind === "otherwise here").map(({ message }) => printable(message));
  for (const note of notes.slice(0, MOST_NOTES)) io.stderr.write(`${style.yellow("note:")} ${note}\n`);
  const more = notes.length - MOST_NOTES;
  if (more > 0)
    io.stderr.write(`${style.yellow("note:")} ${more} more differences; kfp-ts lint FILE has all of them.\n`);
}

/** What came of it: for people on both streams, for programs as one object on stdout. */
async function tell(execution: Execution, opened: OpenRunner, printer: Printer, io: Io): Promise<ExitCode> {
  const { view, runId, error, stoppedBy } = execution;
  const style = styleFor(io.stderr.isTerminal, io.env);
  const report = error === undefined ? undefined : reportOf(error);
  if (view !== undefined) io.stderr.write(await failuresOf(view, opened.logFileOf(view.runId), style));
  if (report !== undefined) io.stderr.write(formatReport(report, style));
  const text =
    printer.format === "name"
      ? `run/${runId ?? ""}\n`
      : view === undefined
        ? ""
        : summaryOf(view, opened.folderOf(view.runId), styleFor(io.stdout.isTerminal, io.env));
  const nothing = runId === undefined && stoppedBy !== undefined;
  const next = nextStepOf(execution);
  const told: ResultError | undefined = nothing
    ? { message: "It was stopped before anything was started." }
    : wasLeft(execution)
      ? { code: "RUN_INTERRUPTED", message: "Ctrl-C came twice, and the run was left where it was.", fix: next }
      : report && { code: report.code, message: report.message, fix: report.fix };
  await printer.fact(nothing ? "" : text, resultOf(view, told, runId));
  if (nothing) io.stderr.write("Stopped before anything was started.\n");
  if (next !== undefined) io.stderr.write(`${style.bold(next)}\n`);
  return exitCodeOf(execution);
}
