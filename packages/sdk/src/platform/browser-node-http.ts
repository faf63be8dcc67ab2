import { KfpError } from "../errors/kfp-error.ts";
import type { NodeHttpOptions } from "../transport/node-http.ts";
import type { Transport } from "../transport/transport.ts";

/**
 * In browsers there is no such transport: only its name, so that a program for both can import it.
 *
 * @throws KfpError NOT_SUPPORTED_HERE
 *
 * @example
 * import { fetchTransport, nodeHttpTransport } from "@kfp-ts/sdk";
 *
 * const inNode = typeof process === "object";
 * console.log(inNode ? nodeHttpTransport({ connectTimeoutMs: 3_000 }) : fetchTransport(fetch));
 */
export function nodeHttpTransport(_options: NodeHttpOptions): Transport {
  throw new KfpError("NOT_SUPPORTED_HERE", {
    message: "nodeHttpTransport works in Node only.",
    fix: "Leave the transport out, or use fetchTransport(fetch).",
  });
}
