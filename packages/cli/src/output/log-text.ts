// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const STEERING = /\u001b(?!\[[\d;]*m)|[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]/g;

/**
 * The text of a log for a terminal: lines, tabs and colours stay, and what else would steer the terminal is written as
 * `\x1b`. What goes into a file stays as it is.
 */
export function logText(text: string): string {
  return text.replace(STEERING, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
