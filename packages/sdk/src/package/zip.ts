import type { ArchiveEntry } from "./archive.ts";
import { badPackage } from "./bad-package.ts";
import { inflate, MAX_PACKAGE_BYTES } from "./inflate.ts";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

/** The files in a zip archive, by its directory, which stands at the end. */
export function readZip(bytes: Uint8Array, what: string): ArchiveEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const end = endOfDirectory(view);
    if (end === undefined) throw badPackage(what, "the zip archive is cut off");
    const entries: ArchiveEntry[] = [];
    let offset = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
      if (view.getUint32(offset, true) !== DIRECTORY_ENTRY)
        throw badPackage(what, "the directory of the zip archive is broken");
      const nameLength = view.getUint16(offset + 28, true);
      const name = new TextDecoder().decode(bytes.subarray(offset + 46, offset + 46 + nameLength));
      const at = offset;
      if (!name.endsWith("/")) entries.push({ name, read: () => readEntry(bytes, view, at, `${name} in ${what}`) });
      offset += 46 + nameLength + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
    }
    return entries;
  } catch (error) {
    throw error instanceof RangeError ? badPackage(what, "the zip archive is cut off", error) : error;
  }
}

/** It is followed by nothing but a comment of at most 65,535 bytes. */
function endOfDirectory(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let offset = view.byteLength - 22; offset >= first; offset -= 1) {
    if (view.getUint32(offset, true) === END_OF_DIRECTORY) return offset;
  }
  return undefined;
}

async function readEntry(bytes: Uint8Array, view: DataView, entry: number, what: string): Promise<Uint8Array> {
  const flags = view.getUint16(entry + 8, true);
  const method = view.getUint16(entry + 10, true);
  const packedSize = view.getUint32(entry + 20, true);
  const size = view.getUint32(entry + 24, true);
  const local = view.getUint32(entry + 42, true);
  if ((flags & 1) === 1) throw badPackage(what, "it is encrypted");
  if (size > MAX_PACKAGE_BYTES)
    throw badPackage(what, `it unpacks to more than ${MAX_PACKAGE_BYTES / 1024 / 1024} MiB`);
  if (local + 30 > bytes.length || view.getUint32(local, true) !== LOCAL_HEADER)
    throw badPackage(what, "its place in the archive is wrong");
  const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const packed = bytes.subarray(begin, begin + packedSize);
  if (packed.length !== packedSize) throw badPackage(what, "the zip archive is cut off");
  if (method === STORED) return packed;
  if (method === DEFLATED) return inflate(packed, "deflate-raw", what);
  throw badPackage(what, `it is packed in a way that is not supported (method ${method})`);
}
