import { operations } from "@kfp-ts/api";
import { readAnswer } from "../call/answer.ts";
import { parseEndpoint } from "../endpoint.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { connectionFailure } from "../errors/connection-failure.ts";
import type { Transport } from "../transport/transport.ts";

/** What stands at an address. */
export type Probed =
  /** The API answered. */
  | { readonly found: "api"; readonly status?: number | undefined }
  /** The API, or what guards it, wants to know who is asking. */
  | { readonly found: "guard"; readonly status?: number | undefined }
  | { readonly found: "nothing"; readonly status?: number | undefined; readonly code: ErrorCode; readonly why: string };

/** What wants to know who is asking is there: it answers otherwise once a token is sent. */
const guards: ReadonlySet<ErrorCode> = new Set(["MESH_DENIED", "UNAUTHENTICATED", "NO_IDENTITY", "PERMISSION_DENIED"]);

/** How to ask. */
export interface ProbeOptions {
  readonly transport: Transport;
  readonly headers: Readonly<Record<string, string>>;
  /** How long an address may take to answer, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Asks an address for its health. No credentials are sent: who answers is not known yet.
 *
 * @param signal - Ends the asking; then nothing is found.
 */
export async function probe(host: string, options: ProbeOptions, signal: AbortSignal): Promise<Probed> {
  const { transport, headers, timeoutMs } = options;
  const operation = operations.healthz.get;
  const { origin, basePath } = parseEndpoint(host);
  const path = basePath + operation.path;
  try {
    const request = { origin, path, method: operation.method, headers, body: undefined, timeoutMs, signal };
    const answer = await transport.send(request);
    const { status } = answer;
    const { error } = readAnswer(operation, { path, host, headers, sent: undefined }, answer);
    if (error === undefined) return { found: "api", status };
    if (guards.has(error.code)) return { found: "guard", status };
    return { found: "nothing", status, code: error.code, why: error.message.replace(/^healthz\.get: /, "") };
  } catch (error) {
    if ((error as { name?: unknown } | null)?.name === "TimeoutError") {
      return { found: "nothing", code: "CONNECT_TIMEOUT", why: `${host}: no answer within ${timeoutMs} ms` };
    }
    const { code, message } = connectionFailure(error, { operation: operation.id, host });
    return { found: "nothing", code, why: message.replace(/^healthz\.get: /, "").replace(/\.$/, "") };
  }
}
