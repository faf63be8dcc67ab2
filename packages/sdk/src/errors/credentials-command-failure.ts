import { type Program, type ProgramResult, shownWords } from "../credentials/program.ts";
import { KfpError } from "./kfp-error.ts";

/** The error for a program that gave no usable answer. What it printed as its answer is never shown. */
export function commandGaveNothing(
  { command }: Pick<Program, "command">,
  result: ProgramResult,
  fact: string,
): KfpError {
  const said = shownWords(result);
  return new KfpError("CREDENTIALS_COMMAND_FAILED", {
    message: `The program ${command} ${fact}${said === "" ? ", and said nothing else." : `. It said: ${said}`}`,
  });
}

/** How a program ended that did not end well; undefined where it did. */
export function whyEnded({ exitCode, stopped }: ProgramResult, timeoutMs: number): string | undefined {
  if (stopped === "time") return `did not end within ${timeoutMs} ms`;
  if (stopped === "size") return "printed more than any token has";
  if (exitCode === undefined) return "was ended by a signal";
  return exitCode === 0 ? undefined : `failed with exit code ${exitCode}`;
}

/** The error for a program that the system does not start. */
export function commandNotStarted({ command }: Pick<Program, "command">, cause: unknown): KfpError {
  const code = (cause as { code?: unknown } | null)?.code;
  const fact =
    code === "ENOENT"
      ? "does not exist, or is not on the PATH"
      : code === "EACCES"
        ? "may not be run: permission denied"
        : `cannot be started (${typeof code === "string" ? code : "unknown"})`;
  return new KfpError("CREDENTIALS_COMMAND_FAILED", {
    message: `The program ${command} ${fact}.`,
    fix: "Install it, or give its whole path. A shell is not used: pipes, variables and aliases mean nothing here.",
    cause,
  });
}
