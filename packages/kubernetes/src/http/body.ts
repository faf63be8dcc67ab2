import type { IncomingMessage } from "node:http";
import { onAbort } from "../on-abort.ts";
import { TimedOut } from "./answer.ts";

/** What an answer may hold at most, and one line of a watch: far above any object (etcd takes 1.5 MB), below harm. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The answer, or one object of a watch, is larger than anything that should come. */
export class AnswerTooLarge extends Error {}

/** The whole body of an answer. What ends the waiting for it is thrown as it is. */
export function readBody(
  message: IncomingMessage,
  { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let forget: (() => void) | undefined;
    const done = (): void => {
      clearTimeout(timer);
      forget?.();
    };
    const fail = (error: unknown): void => {
      done();
      message.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new TimedOut()), timeoutMs);
    if (signal !== undefined) forget = onAbort(signal, () => fail(signal.reason));
    message.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_BODY_BYTES) fail(new AnswerTooLarge());
    });
    message.on("error", fail);
    message.on("end", () => {
      done();
      resolve(Buffer.concat(chunks, size).toString("utf8"));
    });
  });
}
