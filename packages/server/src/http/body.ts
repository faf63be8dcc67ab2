import type { IncomingMessage } from "node:http";
import { StatusError } from "@kfp-ts/api";
import { HttpRefusal } from "./http-refusal.ts";

/** How much and how slowly a client may send. */
export interface BodyLimits {
  /** The largest body, in bytes. */
  readonly maxBytes: number;
  /** How long nothing may arrive in the middle of a body, in milliseconds. */
  readonly idleMs: number;
  /** What all bodies under way may take together. */
  readonly memory: BodyMemory;
}

/** The memory that the bodies of all requests under way may take together; one that would exceed it is refused. */
export class BodyMemory {
  readonly #capacity: number;
  #taken = 0;

  /** @param capacity - In bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** @throws StatusError RESOURCE_EXHAUSTED where there is no room. */
  take(bytes: number): void {
    if (this.#taken + bytes > this.#capacity) {
      throw new StatusError("RESOURCE_EXHAUSTED", "Too much is being sent to this server at once; try again later.");
    }
    this.#taken += bytes;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}

/** The client went away in the middle of its request: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";
}

/**
 * Passes the body of a request on, chunk by chunk. What comes after a refusal is read and thrown away, so that the
 * client gets to read the answer; the connection ends where even that is too much.
 *
 * @param onChunk - What it throws refuses the body.
 * @returns once the body is complete.
 * @throws HttpRefusal 413 where it is too large, 408 where it is too slow; ClientGone.
 */
export function readChunks(
  incoming: IncomingMessage,
  { maxBytes, idleMs }: Pick<BodyLimits, "maxBytes" | "idleMs">,
  onChunk: (chunk: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0;
    let refused = false;
    const timer = setTimeout(() => {
      refuse(new HttpRefusal(408, `The body stopped arriving: nothing came for ${idleMs / 1000} seconds.`));
    }, idleMs);
    const refuse = (error: unknown): void => {
      refused = true;
      clearTimeout(timer);
      reject(error);
    };
    const announced = Number(incoming.headers["content-length"] ?? 0);
    if (announced > maxBytes) refuse(tooLarge(maxBytes));

    incoming.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (refused) {
        if (received > 2 * maxBytes) incoming.destroy();
        return;
      }
      timer.refresh();
      if (received > maxBytes) return refuse(tooLarge(maxBytes));
      try {
        onChunk(chunk);
      } catch (error) {
        refuse(error);
      }
    });
    incoming.once("end", () => {
      clearTimeout(timer);
      resolve();
    });
    incoming.once("close", () => incoming.readableEnded || refuse(new ClientGone()));
    incoming.once("error", () => refuse(new ClientGone()));
  });
}

/**
 * Reads the body of a request and lets `use` work with it. The memory that it takes is accounted for until `use` is done.
 */
export async function withBody<T>(
  incoming: IncomingMessage,
  limits: BodyLimits,
  use: (body: Buffer) => Promise<T>,
): Promise<T> {
  const { memory } = limits;
  const chunks: Buffer[] = [];
  let taken = 0;
  try {
    await readChunks(incoming, limits, (chunk) => {
      memory.take(chunk.length);
      taken += chunk.length;
      chunks.push(chunk);
    });
    const [only = Buffer.alloc(0)] = chunks;
    return await use(chunks.length > 1 ? Buffer.concat(chunks) : only);
  } finally {
    memory.give(taken);
  }
}

function tooLarge(maxBytes: number): HttpRefusal {
  return new HttpRefusal(413, `The body is too large: at most ${Math.floor(maxBytes / 2 ** 20)} MiB.`);
}
