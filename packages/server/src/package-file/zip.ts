import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import { invalidArgument } from "@kfp-ts/api";
import { chooseEntry } from "./choose-entry.ts";
import { checkEntryCount, MAX_PIPELINE_BYTES, quotedName } from "./limits.ts";

const END = 0x06054b50;
const END_BYTES = 22;
const END_64_LOCATOR = 0x07064b50;
const END_64_LOCATOR_BYTES = 20;
const END_64 = 0x06064b50;
const END_64_BYTES = 56;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const MAX_COMMENT = 0xffff;
const IN_EXTRA_FIELD = 0xffffffff;
const ZIP_64_EXTRA = 1;

interface ZipEntry {
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly localOffset: number;
}

interface Directory {
  readonly offset: number;
  readonly entries: number;
  /** How many bytes stand before the archive proper: a zip may be appended to something else. */
  readonly shift: number;
}

const inflate = promisify(inflateRaw) as (data: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

/**
 * Reads the compiled pipeline out of a zip archive. Written here because only one entry of a small archive in memory is
 * wanted, and because every size that an archive states has to be distrusted.
 *
 * @throws StatusError INVALID_ARGUMENT that says what is wrong with the archive.
 */
export async function readZip(bytes: Uint8Array): Promise<Uint8Array> {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = readDirectory(zip);
  const entry = chooseEntry("zip archive", readEntries(zip, directory));
  const name = quotedName(entry.name);
  if (entry.encrypted) throw invalidArgument(`${name} in the zip archive is encrypted; pack it without a password`);
  if (entry.method !== 0 && entry.method !== 8) {
    throw invalidArgument(`${name} in the zip archive is compressed with method ${entry.method}; only deflate is read`);
  }
  if (entry.size > MAX_PIPELINE_BYTES) throw tooLarge(name);
  const content = await contentOf(zip, entry, directory.shift, name);
  if (content.length !== entry.size || crc32(content) !== entry.crc) {
    throw invalidArgument(`the zip archive is damaged: ${name} is not what its directory says`);
  }
  return content;
}

async function contentOf(zip: Buffer, entry: ZipEntry, shift: number, name: string): Promise<Buffer> {
  const header = entry.localOffset + shift;
  if (header < 0 || header + LOCAL_BYTES > zip.length || zip.readUInt32LE(header) !== LOCAL) throw truncated();
  const start = header + LOCAL_BYTES + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  if (start + entry.compressedSize > zip.length) throw truncated();
  const data = zip.subarray(start, start + entry.compressedSize);
  if (entry.method === 0) return data;
  try {
    return await inflate(data, { maxOutputLength: MAX_PIPELINE_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(name);
    throw invalidArgument(`the zip archive is damaged: ${name} cannot be unpacked`, { cause: error });
  }
}

function readDirectory(zip: Buffer): Directory {
  const lowest = Math.max(0, zip.length - END_BYTES - MAX_COMMENT);
  for (let at = zip.length - END_BYTES; at >= lowest; at -= 1) {
    if (zip.readUInt32LE(at) !== END || at + END_BYTES + zip.readUInt16LE(at + 20) > zip.length) continue;
    const end64 = readDirectory64(zip, at - END_64_LOCATOR_BYTES);
    const entries = zip.readUInt16LE(at + 10);
    const size = zip.readUInt32LE(at + 12);
    const offset = zip.readUInt32LE(at + 16);
    if (end64 !== undefined && (entries === 0xffff || size === IN_EXTRA_FIELD || offset === IN_EXTRA_FIELD))
      return end64;
    return checked({ offset, entries, shift: at - size - offset });
  }
  throw invalidArgument("the file begins like a zip archive but has no directory: it is damaged or cut off");
}

function readDirectory64(zip: Buffer, locator: number): Directory | undefined {
  if (locator < 0 || zip.readUInt32LE(locator) !== END_64_LOCATOR) return undefined;
  const stated = readUInt64(zip, locator + 8);
  // Where something stands before the archive, the record still ends where its locator begins.
  const at = [stated, locator - END_64_BYTES].find(
    (offset) => offset >= 0 && offset + END_64_BYTES <= locator && zip.readUInt32LE(offset) === END_64,
  );
  if (at === undefined) throw truncated();
  const size = readUInt64(zip, at + 40);
  const offset = readUInt64(zip, at + 48);
  return checked({ offset, entries: readUInt64(zip, at + 32), shift: at - size - offset });
}

function checked(directory: Directory): Directory {
  if (directory.shift < 0) throw truncated();
  return directory;
}

function readEntries(zip: Buffer, { offset, entries, shift }: Directory): ZipEntry[] {
  checkEntryCount("zip archive", entries);
  const found: ZipEntry[] = [];
  let at = offset + shift;
  for (let index = 0; index < entries; index += 1) {
    if (at + CENTRAL_BYTES > zip.length || zip.readUInt32LE(at) !== CENTRAL) throw truncated();
    const nameEnd = at + CENTRAL_BYTES + zip.readUInt16LE(at + 28);
    const extraEnd = nameEnd + zip.readUInt16LE(at + 30);
    const next = extraEnd + zip.readUInt16LE(at + 32);
    if (next > zip.length) throw truncated();
    found.push(readEntry(zip, at, zip.toString("utf8", at + CENTRAL_BYTES, nameEnd), zip.subarray(nameEnd, extraEnd)));
    at = next;
  }
  return found;
}

function readEntry(zip: Buffer, at: number, name: string, extra: Buffer): ZipEntry {
  const wide = zip64Values(extra);
  // Those of the three that do not fit stand in the extra field, in this order.
  const [size, compressedSize, localOffset] = [24, 20, 42].map((position) => {
    const value = zip.readUInt32LE(at + position);
    return value === IN_EXTRA_FIELD ? (wide.shift() ?? value) : value;
  }) as [number, number, number];
  return {
    name,
    encrypted: (zip.readUInt16LE(at + 8) & 1) === 1,
    method: zip.readUInt16LE(at + 10),
    crc: zip.readUInt32LE(at + 16),
    compressedSize,
    size,
    localOffset,
  };
}

function zip64Values(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = Math.min(at + 4 + extra.readUInt16LE(at + 2), extra.length);
    if (extra.readUInt16LE(at) === ZIP_64_EXTRA) {
      const values: number[] = [];
      for (let value = at + 4; value + 8 <= end; value += 8) values.push(readUInt64(extra, value));
      return values;
    }
    at = end;
  }
  return [];
}

/** A number of 64 bits, as near as a double comes: whatever is too large for one is too large for any archive. */
function readUInt64(buffer: Buffer, at: number): number {
  return Number(buffer.readBigUInt64LE(at));
}

function truncated(): Error {
  return invalidArgument("the zip archive is damaged or cut off: its directory points beyond its end");
}

function tooLarge(name: string): Error {
  return invalidArgument(`${name} in the zip archive is larger than ${MAX_PIPELINE_BYTES / 2 ** 20} MiB when unpacked`);
}
