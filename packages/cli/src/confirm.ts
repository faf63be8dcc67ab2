import { CommandError, UsageError } from "./command-error.ts";
import type { Io } from "./io.ts";
import { printable } from "./output/printable.ts";

/**
 * Asks before something is deleted. Nobody is asked where `yes` was said before; where nobody can be asked, nothing is
 * done.
 *
 * @param what - What would be deleted: `experiment "demo" (ID)`.
 * @throws UsageError where there is no terminal to ask on; CommandError where the answer is not yes.
 */
export function confirmDeletion(io: Io, what: string, yes: boolean): Promise<void> {
  return confirm(
    io,
    { question: `Delete ${what}`, whether: `to delete ${what}`, otherwise: "Nothing was deleted." },
    yes,
  );
}

/**
 * Asks before something is changed, as `confirmDeletion` does.
 *
 * @param question - What would be done, as a command: `Apply pod/demo to https://…`.
 */
export function confirmChange(io: Io, question: string, yes: boolean): Promise<void> {
  const whether = `to ${question.charAt(0).toLowerCase()}${question.slice(1)}`;
  return confirm(io, { question, whether, otherwise: "Nothing was changed." }, yes);
}

interface Asked {
  readonly question: string;
  readonly whether: string;
  /** What is said where the answer is no. */
  readonly otherwise: string;
}

async function confirm(io: Io, { question, whether, otherwise }: Asked, yes: boolean): Promise<void> {
  if (yes) return;
  if (!io.stdin.isTerminal || !io.stderr.isTerminal) {
    throw new UsageError(`Nobody can be asked whether ${whether}: this is no terminal.`, "Say --yes if it is meant.");
  }
  io.stderr.write(`${printable(question)}? [y/N] `);
  const answer = await io.stdin.readLine();
  if (answer === undefined) io.stderr.write("\n");
  if (!/^\s*y(es)?\s*$/i.test(answer ?? "")) throw new CommandError(otherwise);
}
