/** A text is not a duration as Go writes it. The message is the one of Go's `time.ParseDuration`. */
export class GoDurationError extends Error {
  override readonly name = "GoDurationError";
}

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  // Two code points look like a micro sign, and Go takes both.
  "\u00b5s": 1_000n,
  "\u03bcs": 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const LARGEST = 2n ** 63n - 1n;
const PART = /(\d*)(?:\.(\d*))?([^.\d]*)/uy;

/**
 * Reads a duration such as `1h30m`, `1.5h`, `-2s` or `0`, by the rules of Go's `time.ParseDuration`, because KFP's cron
 * (`@every …`) is written in that dialect.
 *
 * @returns the duration in nanoseconds, within a signed 64-bit integer as in Go.
 * @throws GoDurationError with Go's own text.
 */
export function parseGoDuration(text: string): bigint {
  const signed = text.startsWith("-") || text.startsWith("+");
  const negative = text.startsWith("-");
  const body = signed ? text.slice(1) : text;
  if (body === "0") return 0n;
  if (body === "") throw invalid(text);

  let total = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < body.length) {
    const [, whole = "", fraction = "", unit = ""] = PART.exec(body) ?? [];
    if (whole === "" && fraction === "") throw invalid(text);
    const significant = whole.replace(/^0+/, "");
    // Nineteen digits hold every 64-bit integer; no more are ever turned into a number.
    if (significant.length > 19 || BigInt(significant) > LARGEST + 1n) throw invalid(text);
    if (unit === "") throw new GoDurationError(`time: missing unit in duration ${quote(text)}`);
    const scale = Object.hasOwn(NANOSECONDS, unit) ? NANOSECONDS[unit] : undefined;
    if (scale === undefined) {
      throw new GoDurationError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    }
    total += BigInt(significant) * scale + fractionOf(fraction, scale);
    if (total > LARGEST + 1n) throw invalid(text);
  }
  if (negative) return -total;
  if (total > LARGEST) throw invalid(text);
  return total;
}

/** Go reads the digits of a fraction while a 64-bit integer holds them, and multiplies in floating point. */
function fractionOf(digits: string, scale: bigint): bigint {
  let kept = 0n;
  let divisor = 1;
  for (const digit of digits.slice(0, 19)) {
    const next = kept * 10n + BigInt(digit);
    if (kept > LARGEST / 10n || next > LARGEST + 1n) break;
    kept = next;
    divisor *= 10;
  }
  return BigInt(Math.trunc(Number(kept) * (Number(scale) / divisor)));
}

function invalid(text: string): GoDurationError {
  return new GoDurationError(`time: invalid duration ${quote(text)}`);
}

/** How Go's time package quotes: what is not printable ASCII is written byte by byte. */
function quote(text: string): string {
  let quoted = "";
  for (const character of text) {
    if (character === '"' || character === "\\") quoted += `\\${character}`;
    else if (character >= " " && character < "\u0080") quoted += character;
    else
      quoted += bytesOf(character)
        .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
        .join("");
  }
  return `"${quoted}"`;
}

/** The UTF-8 bytes of one character. Written out, because `TextEncoder` is in no library that this package knows. */
function bytesOf(character: string): number[] {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return [code];
  const tail = (shift: number) => 0x80 | ((code >> shift) & 0x3f);
  if (code < 0x800) return [0xc0 | (code >> 6), tail(0)];
  if (code < 0x10000) return [0xe0 | (code >> 12), tail(6), tail(0)];
  return [0xf0 | (code >> 18), tail(12), tail(6), tail(0)];
}
