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
export async function confirmDeletion(io: Io, what: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (!io.stdin.isTerminal || !io.stderr.isTerminal) {
    throw new UsageError(
      `Nobody can be asked whether to delete ${what}: this is no terminal.`,
      "Say --yes if it is meant.",
    );
  }
  io.stderr.write(`Delete ${printable(what)}? [y/N] `);
  const answer = await io.stdin.readLine();
  if (answer === undefined) io.stderr.write("\n");
  if (!/^\s*y(es)?\s*$/i.test(answer ?? "")) throw new CommandError("Nothing was deleted.");
}
