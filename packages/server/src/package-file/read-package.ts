import { isUtf8 } from "node:buffer";
import { invalidArgument } from "@kfp-ts/api";
import type { UploadedFile } from "../services/handlers.ts";
import { UploadRefusal } from "../services/upload-refusal.ts";
import { MAX_PIPELINE_BYTES, quotedName } from "./limits.ts";

/**
 * Takes the text of a compiled pipeline out of a file, as upstream does: by the suffix of its name where that is YAML's
 * or JSON's, else by its first bytes, which must be those of a zip archive or of gzip.
 *
 * @throws StatusError INVALID_ARGUMENT where it is none of them, is damaged or too large. A file that is not UTF-8 is an
 * UploadRefusal, because upstream notices that later, where uploads are refused in another form.
 */
export async function readPackage({ name, bytes }: UploadedFile): Promise<string> {
  if (bytes.length > MAX_PIPELINE_BYTES) {
    throw invalidArgument(`the file is larger than ${MAX_PIPELINE_BYTES / 2 ** 20} MiB`);
  }
  const content = await contentOf(name, bytes);
  if (!isUtf8(content)) {
    const message = "failed to parse pipeline spec YAML: the file is not UTF-8 text";
    throw new UploadRefusal("INVALID_ARGUMENT", message, "json");
  }
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("utf8");
}

async function contentOf(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  if (/\.(ya?ml|json)$/.test(name)) return bytes;
  if (bytes.length > 2 && bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const { readZip } = await import("./zip.ts");
    return readZip(bytes);
  }
  if (bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const { readTarball } = await import("./tarball.ts");
    return readTarball(bytes);
  }
  throw invalidArgument(
    `${quotedName(name)} is no compiled pipeline: expected a name that ends in .yaml, .yml or .json, a zip archive or a .tar.gz`,
  );
}
