import type { IncomingMessage } from "node:http";
import { invalidArgument } from "@kfp-ts/api";
import type { UploadedFile } from "../../services/handlers.ts";
import { type BodyLimits, readChunks } from "../body.ts";
import { boundaryOf, dispositionOf } from "./content-disposition.ts";
import { MultipartError, MultipartReader, type PartSink } from "./multipart-reader.ts";

/** The part that carries the file: the name is upstream's. */
const FILE_FIELD = "uploadfile";

/** A form without a file is at most this large, and a file may have as much around it, in bytes. */
const SLACK = 1024 * 1024;

/** A file that is larger than an upload may be. */
export class FileTooLarge extends Error {
  override readonly name = "FileTooLarge";
}

/**
 * Reads the file out of a multipart form while it arrives, and lets `use` work with it. The file stays in memory, never
 * on disk; its memory is accounted for until `use` is done.
 *
 * @param maxFileBytes - The largest file.
 * @throws StatusError INVALID_ARGUMENT where there is no file in it; FileTooLarge; what `readChunks` throws.
 */
export async function withUpload<T>(
  incoming: IncomingMessage,
  limits: BodyLimits,
  maxFileBytes: number,
  use: (file: UploadedFile) => Promise<T>,
): Promise<T> {
  const boundary = boundaryOf(incoming.headers["content-type"]);
  if (boundary === undefined) throw invalidArgument("the body is no multipart/form-data with a boundary");
  const part = new FilePart(limits, maxFileBytes);
  try {
    const reader = new MultipartReader(boundary, (header) => {
      const { name, filename } = dispositionOf(header);
      return name === FILE_FIELD && filename !== undefined && part.filename === undefined
        ? part.open(filename)
        : undefined;
    });
    await readChunks(incoming, { ...limits, maxBytes: maxFileBytes + SLACK }, (chunk) => reader.push(chunk));
    reader.end();
    if (part.filename === undefined) {
      throw invalidArgument(`the form has no part "${FILE_FIELD}" with a file name; send the file as that part`);
    }
    return await use({ name: part.filename, bytes: part.take() });
  } catch (error) {
    if (error instanceof MultipartError) throw invalidArgument(`the form cannot be read: ${error.message}`);
    throw error;
  } finally {
    limits.memory.give(part.taken);
  }
}

/** Collects the file. */
class FilePart implements PartSink {
  readonly #limits: BodyLimits;
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  filename: string | undefined;
  taken = 0;

  constructor(limits: BodyLimits, maxBytes: number) {
    this.#limits = limits;
    this.#maxBytes = maxBytes;
  }

  open(filename: string): this {
    this.filename = filename;
    return this;
  }

  write(chunk: Buffer): void {
    if (this.taken + chunk.length > this.#maxBytes) throw new FileTooLarge();
    this.#limits.memory.take(chunk.length);
    this.taken += chunk.length;
    this.#chunks.push(chunk);
  }

  end(): void {}

  take(): Uint8Array {
    const bytes = Buffer.concat(this.#chunks, this.taken);
    this.#chunks = [];
    return bytes;
  }
}
