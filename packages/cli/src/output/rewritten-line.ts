/** Goes to the beginning of the line of a terminal, and empties it. */
export const CLEAR_LINE = "\r\u001b[2K";

/** What turns at the beginning of a line that is rewritten. */
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;

/** How often such a line is rewritten, in milliseconds. */
export const FRAME_MS = 120;

/** What stands in front of the line when it is written for the nth time. */
export function frameOf(nth: number): string {
  return FRAMES[nth % FRAMES.length] ?? "";
}

/** Whether a line can be rewritten there: a person looks at it, on a terminal that knows how. */
export function canRewrite(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  return isTerminal && env.TERM !== "dumb";
}
