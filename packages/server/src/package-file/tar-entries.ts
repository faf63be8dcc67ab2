import { invalidArgument } from "@kfp-ts/api";
import { checkEntryCount } from "./limits.ts";

/** One entry of a tar archive. */
export interface TarEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly content: Uint8Array;
}

const BLOCK = 512;
const ZERO_BLOCK = Buffer.alloc(BLOCK);
/** Type flags: regular files have three spellings. */
const FILES = new Set(["0", "\0", "7"]);
const PAX = "x";
const PAX_GLOBAL = "g";
const GNU_LONG_NAME = "L";
const GNU_LONG_LINK = "K";

/**
 * Reads the entries of a tar archive: those of POSIX (ustar and pax) and of GNU, without sparse files.
 *
 * @throws StatusError INVALID_ARGUMENT where it is none.
 */
export function readTarEntries(tar: Buffer): readonly TarEntry[] {
  const entries: TarEntry[] = [];
  let pax: ReadonlyMap<string, string> = new Map();
  let longName: string | undefined;
  for (let at = 0; at < tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.length < BLOCK) throw damaged("it ends in the middle of a header");
    if (header.indexOf(ZERO_BLOCK) === 0) break;
    checkSum(header);
    const type = String.fromCharCode(header[156] as number);
    const isMeta = type === PAX || type === PAX_GLOBAL || type === GNU_LONG_NAME || type === GNU_LONG_LINK;
    const size = (isMeta ? undefined : paxNumber(pax, "size")) ?? readNumber(header, 124, 12);
    const start = at + BLOCK;
    if (start + size > tar.length) throw damaged("an entry is larger than what is left of it");
    const content = tar.subarray(start, start + size);
    if (type === PAX) pax = readPax(content);
    else if (type === GNU_LONG_NAME) longName = readText(content);
    if (!isMeta) {
      checkEntryCount("tarball", entries.length + 1);
      entries.push({ name: pax.get("path") ?? longName ?? readName(header), isFile: FILES.has(type), content });
      pax = new Map();
      longName = undefined;
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

function readName(header: Buffer): string {
  const name = readText(header.subarray(0, 100));
  const isUstar = header.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isUstar ? readText(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function readText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end === -1 ? bytes.length : end);
}

/** Octal digits; or, where the first bit is set, a big-endian number, which GNU uses for what is larger. */
function readNumber(header: Buffer, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  if (((field[0] as number) & 0x80) !== 0) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, (field[0] as number) & 0x7f);
    if (!Number.isSafeInteger(value)) throw damaged("the size of an entry is no number");
    return value;
  }
  const text = readText(field).trim();
  if (!/^[0-7]*$/.test(text)) throw damaged("the size of an entry is no number");
  return text === "" ? 0 : Number.parseInt(text, 8);
}

/** The sum of all bytes of a header, its own field counted as spaces. Old programs added signed bytes. */
function checkSum(header: Buffer): void {
  const stated = readNumber(header, 148, 8);
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < BLOCK; index += 1) {
    const value = index >= 148 && index < 156 ? 0x20 : (header[index] as number);
    unsigned += value;
    signed += value > 127 ? value - 256 : value;
  }
  if (stated !== unsigned && stated !== signed) throw damaged("the checksum of a header is wrong");
}

/** Records of the form `length key=value\n`. */
function readPax(content: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = space === -1 ? Number.NaN : Number(content.toString("latin1", at, space));
    const end = at + length;
    if (!Number.isInteger(length) || end <= space || end > content.length || content[end - 1] !== 0x0a) {
      throw damaged("a pax header cannot be read");
    }
    const record = content.toString("utf8", space + 1, end - 1);
    const sign = record.indexOf("=");
    if (sign < 1) throw damaged("a pax header cannot be read");
    records.set(record.slice(0, sign), record.slice(sign + 1));
    at = end;
  }
  return records;
}

function paxNumber(pax: ReadonlyMap<string, string>, key: string): number | undefined {
  const text = pax.get(key);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw damaged(`the ${key} of a pax header is no number`);
  return Number(text);
}

function damaged(fact: string): Error {
  return invalidArgument(`the file is no tarball, or it is damaged: ${fact}`);
}
