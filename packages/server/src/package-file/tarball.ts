import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { invalidArgument } from "@kfp-ts/api";
import { chooseEntry } from "./choose-entry.ts";
import { MAX_PIPELINE_BYTES, MAX_TARBALL_BYTES, quotedName } from "./limits.ts";
import { readTarEntries } from "./tar-entries.ts";

const unzip = promisify(gunzip) as (data: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

/**
 * Reads the compiled pipeline out of a tarball that gzip has compressed.
 *
 * @throws StatusError INVALID_ARGUMENT that says what is wrong with the tarball.
 */
export async function readTarball(bytes: Uint8Array): Promise<Uint8Array> {
  const entry = chooseEntry("tarball", readTarEntries(await unpack(bytes)));
  const name = quotedName(entry.name);
  if (!entry.isFile) throw invalidArgument(`${name} in the tarball is no regular file`);
  if (entry.content.length > MAX_PIPELINE_BYTES) {
    throw invalidArgument(`${name} in the tarball is larger than ${MAX_PIPELINE_BYTES / 2 ** 20} MiB`);
  }
  return entry.content;
}

async function unpack(bytes: Uint8Array): Promise<Buffer> {
  try {
    return await unzip(bytes, { maxOutputLength: MAX_TARBALL_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw invalidArgument(`the tarball is larger than ${MAX_TARBALL_BYTES / 2 ** 20} MiB when unpacked`);
    }
    throw invalidArgument("the file begins like gzip but cannot be unpacked: it is damaged or cut off", {
      cause: error,
    });
  }
}
