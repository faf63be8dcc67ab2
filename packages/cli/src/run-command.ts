import type { Command, CommandGroup } from "./command-line/command.ts";
import { type Parsed, parseCommandLine } from "./command-line/parse.ts";
import { commands, groups } from "./commands/index.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { styleFor } from "./output/style.ts";
import { waitingLine } from "./output/waiting-line.ts";
import { formatReport, type Report, reportOf, withRemedy } from "./report-error.ts";
import { Session } from "./session.ts";
import { ownVersion } from "./version.ts";

/** The commands that there are. */
export interface CommandTable {
  readonly groups: readonly CommandGroup[];
  readonly commands: readonly Command[];
}

/**
 * Runs one command line.
 *
 * @param table - The commands that there are, where it is not all of them.
 * @returns its exit code. Everything that is to be said has been written by then; nothing is thrown.
 */
export async function runCommand(io: Io, table: CommandTable = { groups, commands }): Promise<ExitCode> {
  let verbose = false;
  try {
    if (io.argv[0] === "__complete") {
      const { complete } = await import("./completion/complete.ts");
      await complete(io.argv.slice(1), table, io);
      return exitCodes.done;
    }
    if (io.argv.length === 0) {
      const { firstRun } = await import("./first-run/first-run.ts");
      await firstRun(io, (command) => table.commands.some(({ name }) => name === command));
      return exitCodes.done;
    }
    const parsed = await parseCommandLine(
      { ...table, env: io.env, version: ownVersion, columns: io.stdout.columns },
      io.argv,
    );
    if (parsed.kind === "text") {
      io.stdout.write(parsed.text);
      return exitCodes.done;
    }
    verbose = parsed.shared.verbose;
    return await run(parsed, io);
  } catch (error) {
    const report = reportOf(error);
    const stack = verbose && error instanceof Error ? error.stack : undefined;
    await tellReaderOfJson(report, io);
    io.stderr.write(formatReport(report, styleFor(io.stderr.isTerminal, io.env), stack));
    return report.exitCode;
  }
}

/** Whoever asks the doctor or a run for JSON reads its verdict or result, even of words that make no sense. */
async function tellReaderOfJson(report: Report, io: Io): Promise<void> {
  if (report.exitCode === exitCodes.wrongUsage && io.argv.includes("doctor")) {
    const { verdictOf, wantsVerdict } = await import("./doctor/usage-as-json.ts");
    if (wantsVerdict(io.argv)) io.stdout.write(verdictOf(report));
  } else if (io.argv.includes("run")) {
    const { resultOfReport, wantsResult } = await import("./run/usage-as-json.ts");
    if (wantsResult(io.argv, io.env)) io.stdout.write(resultOfReport(report));
  }
}

async function run(parsed: Extract<Parsed, { kind: "command" }>, io: Io): Promise<ExitCode> {
  // What is told with --verbose says more; and who stops by itself works as long as it likes.
  if (parsed.command.stopsItself || parsed.shared.verbose) return runIn(parsed, io);
  const line = waitingLine(io);
  try {
    return await runIn(parsed, line.io);
  } finally {
    line.end();
  }
}

async function runIn({ command, ...said }: Extract<Parsed, { kind: "command" }>, io: Io): Promise<ExitCode> {
  const session = new Session(said.shared, said.origins, io);
  const outcome = command
    .run({ ...said, io, session })
    .then((exitCode) => exitCode ?? exitCodes.done)
    .catch(async (error: unknown) => {
      throw withRemedy(error, await session.loginRemedy());
    })
    .finally(() => session.written());
  if (command.stopsItself) return outcome;
  // Whatever is under way when Ctrl-C comes is not waited for.
  let unregister: (() => void) | undefined;
  const stopped = new Promise<ExitCode>((resolve) => {
    unregister = io.onStop((signal) => {
      session.stop();
      resolve(signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated);
    });
  });
  try {
    return await Promise.race([outcome, stopped]);
  } finally {
    unregister?.();
    // After a stop nobody waits for the outcome any more, and it may still fail.
    outcome.catch(() => {});
    session.close();
  }
}
