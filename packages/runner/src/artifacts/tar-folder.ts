import { createReadStream, type Stats } from "node:fs";
import { lstat, opendir, realpath, stat } from "node:fs/promises";
import { join, relative } from "node:path";

const BLOCK = 512;

/**
 * A folder as a tar archive (POSIX.1-2001). Links that lead out of it are left out: they would show what is not in it.
 */
export async function* tarFolder(folder: string): AsyncIterable<Uint8Array> {
  const root = await realpath(folder);
  for await (const path of pathsBelow(folder)) {
    const name = relative(folder, path);
    const found = await lstat(path);
    if (found.isDirectory()) yield* header(`${name}/`, found, "5", 0);
    if (found.isSymbolicLink() && !(await realpath(path).catch(() => "")).startsWith(`${root}/`)) continue;
    const target = found.isSymbolicLink() ? await stat(path) : found;
    if (!target.isFile()) continue;
    yield* header(name, target, "0", target.size);
    yield* content(path, target.size);
  }
  yield Buffer.alloc(2 * BLOCK);
}

async function* pathsBelow(folder: string): AsyncIterable<string> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    yield path;
    if (entry.isDirectory()) yield* pathsBelow(path);
  }
}

/** As many bytes as were announced: a file may grow or shrink while it is read. */
async function* content(path: string, size: number): AsyncIterable<Uint8Array> {
  let left = size;
  if (size > 0) {
    for await (const chunk of createReadStream(path, { end: size - 1 }) as AsyncIterable<Uint8Array>) {
      left -= chunk.length;
      yield chunk;
    }
  }
  while (left > 0) {
    const missing = Buffer.alloc(Math.min(left, 64 * 1024));
    left -= missing.length;
    yield missing;
  }
  const padding = (BLOCK - (size % BLOCK)) % BLOCK;
  if (padding > 0) yield Buffer.alloc(padding);
}

/** What a header has no room for stands in one of its own before it. */
function* header(name: string, found: Stats, type: "0" | "5", size: number): Iterable<Uint8Array> {
  const records = [
    ...(Buffer.byteLength(name) > 100 ? [paxRecord("path", name)] : []),
    ...(size >= 8 ** 11 ? [paxRecord("size", String(size))] : []),
  ].join("");
  if (records !== "") {
    const bytes = Buffer.from(records);
    yield block("pax", found, "x", bytes.length);
    yield bytes;
    yield Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  }
  yield block(name, found, type, size >= 8 ** 11 ? 0 : size);
}

/** A record begins with its own length, which is part of that length. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = Buffer.byteLength(rest);
  let digits = String(length).length;
  while (String(length + digits).length > digits) digits++;
  return `${length + digits}${rest}`;
}

function block(name: string, { mode, mtimeMs }: Stats, type: string, size: number): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  const number = (value: number, at: number, length: number) =>
    bytes.write(value.toString(8).padStart(length - 1, "0"), at, length - 1, "ascii");
  Buffer.from(name).copy(bytes, 0, 0, 100);
  number(mode & 0o777, 100, 8);
  number(0, 108, 8);
  number(0, 116, 8);
  number(size, 124, 12);
  number(Math.max(0, Math.floor(mtimeMs / 1000)), 136, 12);
  bytes.write(" ".repeat(8), 148, "ascii");
  bytes.write(type, 156, "ascii");
  bytes.write("ustar\u000000", 257, "latin1");
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return bytes;
}
