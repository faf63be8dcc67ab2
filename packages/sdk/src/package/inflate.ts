import { badPackage } from "./bad-package.ts";

/** The largest package that is read, in bytes, packed or not: servers take 32 MiB. */
export const MAX_PACKAGE_BYTES: number = 32 * 1024 * 1024;

/**
 * Unpacks what was packed with deflate, no further than {@link MAX_PACKAGE_BYTES}: a small archive can unpack to more
 * than there is memory.
 */
export async function inflate(bytes: Uint8Array, format: "gzip" | "deflate-raw", what: string): Promise<Uint8Array> {
  const reader = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream(format))
    .getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joined(chunks, size);
      const chunk = value as Uint8Array;
      size += chunk.byteLength;
      if (size > MAX_PACKAGE_BYTES) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw badPackage(what, "its compressed data is broken", cause);
  }
  reader.cancel().catch(() => undefined);
  throw badPackage(what, `it unpacks to more than ${MAX_PACKAGE_BYTES / 1024 / 1024} MiB`);
}

/** One array of many. */
export function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
