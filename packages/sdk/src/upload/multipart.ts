import type { UploadBody } from "../call/call.ts";
import { badArgument } from "../errors/bad-argument.ts";
import { isKfpError, KfpError } from "../errors/kfp-error.ts";
import { unreadable } from "../errors/unreadable.ts";
import { CallbackFailed } from "../transport/transport.ts";

/**
 * How far an upload is.
 *
 * @example
 * import type { UploadProgress } from "@kfp-ts/sdk";
 *
 * const percent = ({ sentBytes, totalBytes }: UploadProgress) => Math.round((100 * sentBytes) / (totalBytes ?? sentBytes));
 * console.log(percent({ sentBytes: 1, totalBytes: 4 }));
 */
export interface UploadProgress {
  /** How much of the file has been handed over, in bytes. */
  readonly sentBytes: number;
  /** How long the file is, in bytes, where that is known. */
  readonly totalBytes: number | undefined;
}

/** A file on its way. */
export interface FileToSend {
  readonly name: string;
  readonly size: number | undefined;
  /** Whether `open` can be called a second time. */
  readonly reopens: boolean;
  open(): AsyncIterable<Uint8Array>;
}

/** A form with one file in it, as the API's uploads take it: the part `uploadfile`. */
export function multipartBody(
  file: FileToSend,
  onProgress: ((progress: UploadProgress) => void) | undefined,
): UploadBody {
  const boundary = `kfp-ts-${crypto.randomUUID()}`;
  const encoder = new TextEncoder();
  const head = encoder.encode(
    `--${boundary}\r\ncontent-disposition: form-data; name="uploadfile"; filename="${quotable(file.name)}"\r\n` +
      "content-type: application/octet-stream\r\n\r\n",
  );
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: file.size === undefined ? undefined : head.length + file.size + tail.length,
    reopens: file.reopens,
    async *open() {
      yield head;
      let sentBytes = 0;
      for await (const chunk of readable(file)) {
        yield checkedChunk(chunk);
        sentBytes += chunk.byteLength;
        if (file.size !== undefined && sentBytes > file.size) throw changed(file);
        report(onProgress, { sentBytes, totalBytes: file.size });
      }
      if (file.size !== undefined && sentBytes !== file.size) throw changed(file);
      yield tail;
    },
  };
}

/** What a caller's own stream throws would else look as if the connection had failed. */
async function* readable(file: FileToSend): AsyncGenerator<Uint8Array> {
  try {
    yield* file.open();
  } catch (cause) {
    if (isKfpError(cause)) throw cause;
    throw unreadable(file.name, { cause, fix: "See the cause of the error: it comes from the stream." });
  }
}

function report(onProgress: ((progress: UploadProgress) => void) | undefined, progress: UploadProgress): void {
  try {
    onProgress?.(progress);
  } catch (cause) {
    throw new CallbackFailed(cause);
  }
}

/** As browsers write it into a form. */
function quotable(name: string): string {
  return name.replace(/[\r\n"]/g, (character) => encodeURIComponent(character));
}

function checkedChunk(chunk: Uint8Array): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw badArgument(
    "stream: it gave something else than bytes.",
    "Give a stream of Uint8Array; for text there is the option text.",
  );
}

function changed(file: FileToSend): KfpError {
  return new KfpError("FILE_UNREADABLE", {
    message: `${file.name} has not the length that was announced (${file.size} bytes).`,
    fix: "Leave the file alone while it is read; for a stream, correct size or leave it out.",
  });
}
