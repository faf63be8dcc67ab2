import type { Stats } from "node:fs";
import { type FileHandle, lstat } from "node:fs/promises";
import { join } from "node:path";
import { RunnerError } from "../errors/runner-error.ts";
import { namesIn, openWithin } from "./open-within.ts";

const BLOCK = 512;

/**
 * A folder as a tar archive (POSIX.1-2001). Links that lead out of it are left out, whenever they are put there: they would
 * show what is not in it.
 *
 * @param folder - Its path without links.
 */
export async function* tarFolder(folder: string): AsyncIterable<Uint8Array> {
  const handle = await openWithin(folder, folder);
  if (handle !== undefined) yield* entries(handle, folder, "", folder);
  yield Buffer.alloc(2 * BLOCK);
}

/** What is in an open folder, which is closed before anything of it is read: folders can be many in each other. */
async function* entries(handle: FileHandle, path: string, name: string, root: string): AsyncIterable<Uint8Array> {
  const names = await namesIn(handle, path).finally(() => handle.close());
  for (const child of names) {
    const file = join(path, child);
    const found = await opened(file, root);
    if (found === undefined) continue;
    const stat = await found.stat();
    if (stat.isDirectory()) {
      const isLink = (await lstat(file).catch(() => undefined))?.isSymbolicLink() ?? true;
      if (isLink) await found.close();
      else {
        yield* header(`${name}${child}/`, stat, "5", 0);
        yield* entries(found, file, `${name}${child}/`, root);
      }
      continue;
    }
    try {
      if (!stat.isFile()) continue;
      yield* header(`${name}${child}`, stat, "0", stat.size);
      yield* content(found, stat.size);
    } finally {
      await found.close();
    }
  }
}

/** A part of the folder; undefined for what is not in it, or nothing that can be read. */
async function opened(file: string, root: string): Promise<FileHandle | undefined> {
  try {
    return await openWithin(file, root);
  } catch (error) {
    const isLeftOut =
      error instanceof RunnerError || ["ELOOP", "ENXIO"].includes((error as { code?: string }).code ?? "");
    if (isLeftOut) return undefined;
    throw error;
  }
}

/** As many bytes as were announced: a file may grow or shrink while it is read. */
async function* content(handle: FileHandle, size: number): AsyncIterable<Uint8Array> {
  let left = size;
  if (size > 0) {
    const stream = handle.createReadStream({ start: 0, end: size - 1, autoClose: false });
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
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
