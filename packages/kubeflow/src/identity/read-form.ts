import type { IncomingMessage } from "node:http";

/** What a form that was posted holds, or why it is not read. */
export type ReadForm =
  | { readonly outcome: "read"; readonly form: URLSearchParams }
  | { readonly outcome: "refused"; readonly status: 403 | 408 | 413 | 415; readonly why: string };

const LARGEST = 16 * 1024;
const SLOWEST_MS = 10_000;

/**
 * Reads a form that a page of ours has posted: its origin, its kind and its size are looked at first.
 *
 * @param slowestMs - How long it may take to arrive.
 */
export async function readForm(incoming: IncomingMessage, slowestMs: number = SLOWEST_MS): Promise<ReadForm> {
  if (!isSameOrigin(incoming)) return refused(403, "This form was sent by a page of another site.");
  const type = (incoming.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") return refused(415, "A form is expected here.");
  if (Number(incoming.headers["content-length"] ?? 0) > LARGEST) return tooLarge();
  const late = new Promise<undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), slowestMs);
    incoming.once("close", () => clearTimeout(timer));
    incoming.once("end", () => clearTimeout(timer));
  });
  const text = await Promise.race([textOf(incoming), late]);
  if (text === undefined) return refused(408, "The form did not arrive in time.");
  return text === TOO_LARGE ? tooLarge() : { outcome: "read", form: new URLSearchParams(text) };
}

/**
 * Whether a request comes from a page of ours, or from a program: a browser says where a form stands, and sends neither
 * header for none but itself.
 */
export function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}

const TOO_LARGE = Symbol("too large");

async function textOf(incoming: IncomingMessage): Promise<string | typeof TOO_LARGE> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST) return TOO_LARGE;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(): ReadForm {
  return refused(413, "The form is too large.");
}

function refused(status: 403 | 408 | 413 | 415, why: string): ReadForm {
  return { outcome: "refused", status, why };
}
