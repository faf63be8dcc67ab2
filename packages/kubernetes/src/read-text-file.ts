import { constants, type FileHandle, open } from "node:fs/promises";

/** More than any kubeconfig, certificate or token. */
const MAX_BYTES = 8 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** How long a pipe may keep us waiting, and how often it is looked at, in milliseconds. */
const PIPE_PATIENCE_MS = 5_000;
const PIPE_PAUSE_MS = 20;

/**
 * The text of a file, a pipe (`--kubeconfig <(…)`) or a device.
 *
 * @throws what the system says; an error with the `code` EFBIG for more than 8 MiB, and ETIMEDOUT for a pipe whose
 * writer says nothing for five seconds.
 */
export async function readTextFile(path: string): Promise<string> {
  // Opening a pipe that nobody writes to would take for ever, and nothing ends that.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const state = await file.stat();
    if (state.size > MAX_BYTES) throw tooLarge(path);
    return await (state.isFile() ? file.readFile("utf8") : readOpen(file, path));
  } finally {
    await file.close();
  }
}

async function readOpen(file: FileHandle, path: string): Promise<string> {
  const chunks: Buffer[] = [];
  const until = Date.now() + PIPE_PATIENCE_MS;
  for (let size = 0; size <= MAX_BYTES; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EAGAIN") return { bytesRead: undefined, buffer: undefined };
      throw error;
    });
    if (bytesRead === 0) return Buffer.concat(chunks).toString("utf8");
    if (bytesRead === undefined) {
      if (Date.now() > until) throw failed("ETIMEDOUT", `nobody writes to ${path}`);
      await new Promise((resolve) => setTimeout(resolve, PIPE_PAUSE_MS));
    } else {
      chunks.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
  }
  throw tooLarge(path);
}

function tooLarge(path: string): Error {
  return failed("EFBIG", `${path} is larger than ${MAX_BYTES} bytes`);
}

function failed(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
