/** Beside the letters of their own, what Go's `%q` writes as a backslash and one letter. */
const short: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

/** A text in double quotes as Go's `%q` writes it, which is how names stand in the reasons of Kubernetes. */
export function quoted(text: string): string {
  if (/^[\w\-.:@/+*]*$/.test(text)) return `"${text}"`;
  let written = "";
  for (const character of text)
    written += short[character] ?? (isPrintable(character) ? character : escaped(character));
  return `"${written}"`;
}

/** As Go has it: letters, marks, numbers, punctuation, symbols, and of all spaces the common one. */
function isPrintable(character: string): boolean {
  return /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}
