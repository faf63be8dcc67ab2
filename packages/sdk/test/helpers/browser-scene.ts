import { expect } from "vitest";
import { type BrowserLoginOptions, browserLogin, nodeHttpTransport } from "../../src/index.ts";
import { openIdProvider, type ProviderBehaviour, type ShownPage, visit } from "./openid-provider.ts";

/** A person with a browser, a provider, and credentials between them, on a clock that the test moves. */
export async function browserScene(behaviour: ProviderBehaviour = {}, options: Partial<BrowserLoginOptions> = {}) {
  const provider = await openIdProvider(behaviour);
  const transport = nodeHttpTransport({ connectTimeoutMs: 3_000 });
  const endpoint = `${provider.origin}/pipeline`;
  const windows: string[] = [];
  const pages: Promise<ShownPage>[] = [];
  let now = Date.now();
  const surroundings = {
    now: () => now,
    open: (url: string) => {
      windows.push(url);
      pages.push(visit(url));
    },
  };
  const make = (change: Partial<BrowserLoginOptions> = {}) => {
    const credentials = browserLogin({ timeoutMs: 10_000, ...options, ...change }, surroundings);
    const request = (signal: AbortSignal = AbortSignal.timeout(5_000)) => ({
      method: "GET",
      url: `${endpoint}/apis/v2beta1/experiments`,
      endpoint,
      transport,
      signal,
    });
    return {
      credentials,
      request,
      token: async (signal?: AbortSignal) => (await credentials.headers(request(signal))).authorization ?? "",
      refused: (sent: string) =>
        credentials.refused?.({ ...request(), status: 401, sent: { authorization: sent } }) ?? false,
    };
  };
  return {
    ...make(),
    make,
    provider,
    endpoint,
    windows,
    pages,
    page: async () => (await pages.at(-1)) ?? { status: 0, text: "", headers: {} },
    later: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

/** The claims of the id token in a header. */
export function claimsOf(authorization: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(authorization.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}

/** Lets what nobody waits for come to its end. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !condition(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}
