import type { IncomingMessage } from "node:http";

/** Reads the body of a request; undefined as soon as it turns out to be longer than the limit, in bytes. */
export function readBody(incoming: IncomingMessage, limit: number): Promise<string | undefined> {
  if (Number(incoming.headers["content-length"] ?? 0) > limit) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limit) {
        chunks.push(chunk);
        return;
      }
      incoming.off("data", take);
      resolve(undefined);
    };
    incoming.on("data", take);
    incoming.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    incoming.on("error", reject);
    incoming.on("close", () => reject(new Error("the request ended before its body did")));
  });
}
