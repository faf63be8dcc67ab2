import { CronError } from "./cron-error.ts";

/** One field of a cron expression: which values it lets through. */
export interface CronField {
  /** The values that match, ascending. */
  readonly values: readonly number[];
  /** Whether `*` or `?` stands in it; it decides how day of month and day of week are joined. */
  readonly star: boolean;
}

/** What one field may hold: its least and greatest value, and names for values where it has them. */
interface CronFieldBounds {
  readonly least: number;
  readonly greatest: number;
  readonly names?: Readonly<Record<string, number>>;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** The bounds of every field, in the order in which an expression has them. */
export const cronBounds = {
  second: { least: 0, greatest: 59 },
  minute: { least: 0, greatest: 59 },
  hour: { least: 0, greatest: 23 },
  dayOfMonth: { least: 1, greatest: 31 },
  month: { least: 1, greatest: 12, names: numbered(MONTHS, 1) },
  dayOfWeek: { least: 0, greatest: 6, names: numbered(WEEKDAYS, 0) },
} as const satisfies Record<string, CronFieldBounds>;

/** Reads one field: a list of values, ranges and steps. @throws CronError with robfig/cron's text. */
export function parseCronField(text: string, bounds: CronFieldBounds): CronField {
  const values = new Set<number>();
  let star = false;
  for (const expression of text.split(",")) {
    // A list may have empty members, and a field of nothing but commas lets nothing through.
    if (expression === "") continue;
    const range = parseRange(expression, bounds);
    star ||= range.star;
    for (let value = range.start; value <= range.end; value += range.step) values.add(value);
  }
  return { values: [...values].sort((a, b) => a - b), star };
}

function parseRange(expression: string, bounds: CronFieldBounds) {
  const [range = "", stepText, ...moreSteps] = expression.split("/");
  const [low = "", high, ...moreHyphens] = range.split("-");
  const star = low === "*" || low === "?";

  let start = bounds.least;
  let end = bounds.greatest;
  if (!star) {
    start = numberOrName(low, bounds.names);
    if (moreHyphens.length > 0) throw new CronError(`Too many hyphens: ${expression}`);
    end = high === undefined ? start : numberOrName(high, bounds.names);
  }
  if (moreSteps.length > 0) throw new CronError(`Too many slashes: ${expression}`);
  let step = 1;
  if (stepText !== undefined) {
    step = integer(stepText);
    // "N/step" means from N to the greatest value.
    if (high === undefined) end = bounds.greatest;
  }

  if (start < bounds.least) {
    throw new CronError(`Beginning of range (${start}) below minimum (${bounds.least}): ${expression}`);
  }
  if (end > bounds.greatest) {
    throw new CronError(`End of range (${end}) above maximum (${bounds.greatest}): ${expression}`);
  }
  if (start > end) throw new CronError(`Beginning of range (${start}) beyond end of range (${end}): ${expression}`);
  if (step === 0) throw new CronError(`Step of range should be a positive number: ${expression}`);
  return { start, end, step, star };
}

function numberOrName(text: string, names: CronFieldBounds["names"]): number {
  const name = text.toLowerCase();
  if (names !== undefined && Object.hasOwn(names, name)) return names[name] ?? 0;
  return integer(text);
}

function integer(text: string): number {
  const fail = (fact: string) =>
    new CronError(`Failed to parse int from ${text}: strconv.Atoi: parsing ${quote(text)}: ${fact}`);
  if (!/^[-+]?\d+$/.test(text)) throw fail("invalid syntax");
  const digits = text.replace(/^[-+]?0*/, "");
  const value = digits.length > 19 ? undefined : BigInt(digits) * (text.startsWith("-") ? -1n : 1n);
  if (value === undefined || value > 2n ** 63n - 1n || value < -(2n ** 63n)) throw fail("value out of range");
  if (value < 0n) throw new CronError(`Negative number (${value}) not allowed: ${text}`);
  return Number(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** How Go's strconv quotes a text in its errors. */
function quote(text: string): string {
  const escaped = Array.from(text, (character) => {
    if (Object.hasOwn(ESCAPES, character)) return ESCAPES[character];
    if (character < " " || character === "\u007f") return `\\x${hex(character, 2)}`;
    if (/[\p{C}\p{Z}]/u.test(character) && character !== " ") {
      return character > "\uffff" || character.length > 1 ? `\\U${hex(character, 8)}` : `\\u${hex(character, 4)}`;
    }
    return character;
  });
  return `"${escaped.join("")}"`;
}

function hex(character: string, width: number): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(width, "0");
}

function numbered(names: readonly string[], first: number): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name, index) => [name, index + first]));
}
