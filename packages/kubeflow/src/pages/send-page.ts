import type { ServerResponse } from "node:http";
import type { Page } from "./page.ts";

/** Sends a page. A HEAD request gets its headers alone. */
export function sendPage(outgoing: ServerResponse, { status, headers, body }: Page): void {
  outgoing.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
  outgoing.end(outgoing.req.method === "HEAD" ? undefined : body);
}
