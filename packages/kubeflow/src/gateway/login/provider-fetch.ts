import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";

/** As `fetch`, as far as the OpenID client and the fetching of keys use it. */
export type ProviderFetch = (
  url: string,
  options: {
    readonly method?: string | undefined;
    readonly headers?: Headers | Readonly<Record<string, string>> | undefined;
    readonly body?: unknown;
    readonly signal?: AbortSignal | null | undefined;
  },
) => Promise<Response>;

const LARGEST_ANSWER = 1024 * 1024;

/**
 * Asks the identity provider of this process at the gateway's own port, whatever name it has for others: that name may lead
 * through a proxy, or be known outside alone. Nothing leaves the machine, so that its certificate need not be looked at.
 *
 * @param issuer - The name that is in its addresses.
 * @param at - Where the gateway listens, asked when it does.
 */
export function ownProviderFetch(
  issuer: string,
  at: () => { readonly host: string; readonly port: number; readonly tls: boolean },
): ProviderFetch {
  const { origin, host: name } = new URL(issuer);
  return (url, { method = "GET", headers, body, signal }) => {
    const target = new URL(url);
    if (target.origin !== origin) return Promise.reject(new TypeError(`${target.origin} is not ${origin}`));
    const text = body === undefined || body === null ? "" : String(body);
    const { host, port, tls } = at();
    return new Promise((resolve, reject) => {
      const ask = tls ? requestTls : requestPlain;
      const options = {
        host,
        port,
        method,
        path: `${target.pathname}${target.search}`,
        headers: {
          ...Object.fromEntries(new Headers(headers as Headers)),
          host: name,
          "content-length": Buffer.byteLength(text),
        },
        agent: false,
        ...(tls && { rejectUnauthorized: false }),
        ...(signal && { signal }),
      };
      ask(options, (incoming) => read(incoming).then(resolve, reject))
        .once("error", reject)
        .end(text);
    });
  };
}

async function read(incoming: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new TypeError("the answer is too large");
    chunks.push(chunk);
  }
  const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const { statusCode: status = 500 } = incoming;
  return new Response(status === 204 || status === 304 ? null : Buffer.concat(chunks), { status, headers });
}
