// Control characters (C0, DEL, C1) and the marks that turn the direction of writing: a name could hold them to move the
// cursor, to hide text or to make a line look like another.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Makes a text from elsewhere safe to show on a terminal: what would steer the terminal is written as `\x1b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    const code = character.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour
const COLOUR = /\u001b\[\d+m/g;
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** How many columns of a terminal a text takes: East Asian characters and emoji take two, marks and colours none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text.replace(COLOUR, "")) {
    if (INVISIBLE.test(character)) continue;
    columns += WIDE.test(character) || (character.codePointAt(0) ?? 0) >= 0x20000 ? 2 : 1;
  }
  return columns;
}

/** A text that takes so many columns at most: where something is cut off, an ellipsis stands for it. */
export function shortened(text: string, room: number): string {
  if (columnsOf(text) <= room) return text;
  let kept = "";
  for (const character of text) {
    if (columnsOf(kept + character) > room - 1) break;
    kept += character;
  }
  return room < 1 ? "" : `${kept}…`;
}
