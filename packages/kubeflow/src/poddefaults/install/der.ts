/**
 * As much of ASN.1's distinguished encoding (X.690) as a certificate needs. Node makes keys and signs, but writes no
 * certificates; a library for them would be the largest part of this package.
 */

function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

/** Up to 127 in the byte itself, else the number of bytes that follow and the length in them. */
function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes = bigEndian(BigInt(length));
  return [0x80 | bytes.length, ...bytes];
}

function bigEndian(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  return bytes;
}

/** SEQUENCE of elements. */
export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return element(0x30, ...parts);
}

/** SET of one element; more would have to be sorted. */
export function setOf(part: Uint8Array): Buffer {
  return element(0x31, part);
}

/** INTEGER that is not negative, of its bytes with the highest first. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  // A first bit that is set would make it negative.
  return element(0x02, Uint8Array.from((digits[0] ?? 0) & 0x80 ? [0] : []), digits);
}

/** OBJECT IDENTIFIER, written as `2.5.29.17`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const septets: number[] = [arc & 0x7f];
    for (let high = arc >>> 7; high > 0; high >>>= 7) septets.unshift(0x80 | (high & 0x7f));
    return septets;
  });
  return element(0x06, Uint8Array.from(bytes));
}

/** BOOLEAN true: false is what is left out. */
export const TRUE: Buffer = element(0x01, Uint8Array.of(0xff));

/** UTF8String. */
export function utf8String(text: string): Buffer {
  return element(0x0c, Buffer.from(text, "utf8"));
}

/** OCTET STRING. */
export function octetString(bytes: Uint8Array): Buffer {
  return element(0x04, bytes);
}

/** BIT STRING. `unused`: how many bits of the last byte do not count. */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return element(0x03, Uint8Array.of(unused), bytes);
}

/** A time, to the second: UTCTime up to 2049 and GeneralizedTime after it, as certificates have it (RFC 5280 §4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:T]/g, "");
  const isShort = date.getUTCFullYear() < 2050;
  return element(isShort ? 0x17 : 0x18, Buffer.from(isShort ? digits.slice(2) : digits, "ascii"));
}

/** `[number]` around elements. */
export function explicit(number: number, ...parts: readonly Uint8Array[]): Buffer {
  return element(0xa0 | number, ...parts);
}

/** `[number]` in place of the tag of a primitive element. */
export function implicit(number: number, content: Uint8Array): Buffer {
  return element(0x80 | number, content);
}
