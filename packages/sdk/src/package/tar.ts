import type { ArchiveEntry } from "./archive.ts";
import { badPackage } from "./bad-package.ts";

const BLOCK = 512;

/** The files in a tar archive. */
export function readTar(bytes: Uint8Array, what: string): ArchiveEntry[] {
  const entries: ArchiveEntry[] = [];
  let offset = 0;
  while (offset + BLOCK <= bytes.length && bytes[offset] !== 0) {
    const header = bytes.subarray(offset, offset + BLOCK);
    if (!hasGoodChecksum(header)) throw badPackage(what, "what is packed in it is no tar archive");
    const size = octal(header, 124, 12);
    const begin = offset + BLOCK;
    if (size === undefined || begin + size > bytes.length) throw badPackage(what, "the tar archive is cut off");
    const type = header[156];
    // "0" or NUL: a file. Folders, links and extended headers hold no pipeline.
    if (type === 0x30 || type === 0) {
      entries.push({ name: nameOf(header), read: async () => bytes.subarray(begin, begin + size) });
    }
    offset = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

function nameOf(header: Uint8Array): string {
  const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : "";
  return (prefix === "" ? "" : `${prefix}/`) + text(header, 0, 100);
}

/** The sum of all bytes of the header, with its own eight counted as spaces. */
function hasGoodChecksum(header: Uint8Array): boolean {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return octal(header, 148, 8) === sum;
}

function octal(header: Uint8Array, offset: number, length: number): number | undefined {
  const digits = text(header, offset, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function text(bytes: Uint8Array, offset: number, length: number): string {
  const field = bytes.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}
