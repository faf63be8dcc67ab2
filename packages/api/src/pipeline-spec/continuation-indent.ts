import { EVENT_ID, parseEvents, SCALAR_STYLE, YAMLException } from "js-yaml";
import { MAX_DEPTH } from "./plain-json.ts";

/** What js-yaml says where a line that goes on a quoted text, or a bracket, begins too far left. */
const REASON = "deficient indentation";
/** Wider than any indentation that a person or a compiler writes. */
const WIDEST = 1000;

/**
 * Moves lines to the right that js-yaml finds too far left, where that changes nothing else.
 *
 * PyYAML, and the YAML library of the real server, let a quoted text or a bracket go on in any column, and packages that
 * went through a formatter have such lines. White space at their beginning means nothing there, and neither does more.
 *
 * @param error what js-yaml threw for `text`.
 * @returns the text to try again with, or undefined where the error is another one or can not be mended.
 */
export function mendIndentation(text: string, error: unknown): string | undefined {
  if (!(error instanceof YAMLException) || error.reason !== REASON || error.mark === undefined) return undefined;
  const { position } = error.mark;
  const start = Math.max(text.lastIndexOf("\n", position - 1), text.lastIndexOf("\r", position - 1)) + 1;
  const before = text.slice(0, start);
  const padding = " ".repeat(Math.min(WIDEST, widestIndentation(before) + 1));
  const quote = openQuote(before + padding);
  const end = quote === undefined ? position + 1 : closingQuote(text, start, quote);
  const lines = text.slice(start, end);
  // A document marker ends the document even inside of quotes; moved, it would become a part of the text.
  if (/(?:^|[\r\n])(?:---|\.\.\.)(?:\s|$)/.test(lines)) return undefined;
  return before + lines.replace(/(?<=^|[\r\n])(?=[^\r\n])/g, padding) + text.slice(end);
}

type Quote = '"' | "'";

/** The quote that a text breaks off behind: the text is whole with one more of it. */
function openQuote(before: string): Quote | undefined {
  if (endsInside(before, '"', SCALAR_STYLE.DOUBLE_QUOTED)) return '"';
  return endsInside(before, "'", SCALAR_STYLE.SINGLE_QUOTED) ? "'" : undefined;
}

function endsInside(before: string, quote: Quote, style: number): boolean {
  try {
    const last = parseEvents(before + quote, { maxDepth: MAX_DEPTH + 1 }).findLast(
      (event) => event.type !== EVENT_ID.POP,
    );
    return last?.type === EVENT_ID.SCALAR && last.style === style;
  } catch {
    return false;
  }
}

/** The position behind the quote that closes the text which `from` is inside of, or the end where none does. */
function closingQuote(text: string, from: number, quote: Quote): number {
  for (let position = from; position < text.length; position += 1) {
    const character = text[position];
    if (quote === '"' && character === "\\") position += 1;
    else if (character === quote) {
      if (quote === '"' || text[position + 1] !== quote) return position + 1;
      position += 1;
    }
  }
  return text.length;
}

/** The widest beginning of a line that may be indentation: spaces, and the marks of lists and keys. */
function widestIndentation(text: string): number {
  let widest = 0;
  for (const [beginning] of text.matchAll(/^[ \-?]+/gm)) widest = Math.max(widest, beginning.length);
  return widest;
}
