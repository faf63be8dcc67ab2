import { providerNotReached } from "../errors/browser-login-failure.ts";
import type { Transport } from "../transport/transport.ts";

/** What the OpenID library asks of a fetch. */
interface FetchInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** How long one exchange with an identity provider may take, in milliseconds. */
const EXCHANGE_MS = 20_000;

/** Answers that have no body. */
const EMPTY = new Set([204, 205, 304]);

/**
 * A fetch for the OpenID library that goes over the client's transport, so that its certificates, its proxy and its name
 * resolution hold for the identity provider, too. It follows no redirection.
 *
 * @param issuer - For errors.
 */
export function transportFetch(transport: Transport, issuer: string, signal: AbortSignal | undefined) {
  return async (address: string, { method, headers, body }: FetchInit): Promise<Response> => {
    const url = new URL(address);
    const answer = await transport
      .send({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: { ...headers },
        body: body === undefined || body === null ? undefined : String(body),
        timeoutMs: EXCHANGE_MS,
        signal,
      })
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        throw providerNotReached(issuer, error);
      });
    const received = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) {
      for (const one of typeof value === "string" ? [value] : (value ?? [])) received.append(name, one);
    }
    return new Response(EMPTY.has(answer.status) ? null : answer.body, { status: answer.status, headers: received });
  };
}
