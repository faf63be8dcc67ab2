import { browserLoginFailed } from "../errors/browser-login-failure.ts";
import { onAbort } from "../on-abort.ts";
import { type LoopbackHost, LoopbackListener } from "./loopback-listener.ts";
import type { GrantedTokens, OpenIdProvider } from "./openid-provider.ts";

/** How a browser is opened and awaited. */
export interface BrowserPlace {
  readonly scopes: readonly string[] | undefined;
  readonly port: number;
  readonly redirectHost: LoopbackHost;
  readonly timeoutMs: number;
  readonly open: (url: string) => void | Promise<void>;
  readonly onUrl: ((url: string, opened: boolean) => void) | undefined;
}

/**
 * Has somebody log in in a browser, and waits until that is done.
 *
 * @throws KfpError BROWSER_LOGIN_FAILED; what the signal was aborted with
 */
export async function inBrowser(
  provider: OpenIdProvider,
  { scopes, port, redirectHost, timeoutMs, open, onUrl }: BrowserPlace,
  signal: AbortSignal,
): Promise<GrantedTokens> {
  const listener = await LoopbackListener.open(redirectHost, port);
  try {
    const attempt = await provider.begin(listener.redirectUri, scopes, signal);
    const { issuer } = provider.metadata;
    const returned = new Promise<GrantedTokens>((resolve, reject) => {
      listener.expect({
        login: attempt.url,
        state: attempt.state,
        async arrived(url) {
          const finished = attempt.finish(url);
          finished.then(resolve, reject);
          await finished;
        },
      });
    });
    // Looked at below; until then its failing is no accident.
    returned.catch(() => undefined);
    await opened(listener.startUrl, open, onUrl);
    return await inTime(returned, timeoutMs, issuer, signal);
  } finally {
    listener.close();
  }
}

async function opened(url: string, open: BrowserPlace["open"], onUrl: BrowserPlace["onUrl"]): Promise<void> {
  try {
    await open(url);
  } catch (cause) {
    if (onUrl !== undefined) return onUrl(url, false);
    const fact = cause instanceof Error ? cause.message : String(cause);
    const { fix } = (cause ?? {}) as { fix?: unknown };
    // Whoever opens no window on purpose knows better what to do.
    if (typeof fix === "string") throw browserLoginFailed(fact, fix, cause);
    throw browserLoginFailed(
      `No browser can be opened here: ${fact}.`,
      "Have the address told, and go there: browserLogin({ onUrl: (url) => console.error(url) }); or log in with a password: dexPassword({ username, password })",
      cause,
    );
  }
  onUrl?.(url, true);
}

async function inTime<T>(promise: Promise<T>, timeoutMs: number, issuer: string, signal: AbortSignal): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let forget: (() => void) | undefined;
  const given = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late(timeoutMs, issuer)), timeoutMs);
    forget = onAbort(signal, () => reject(signal.reason));
  });
  try {
    return await Promise.race([promise, given]);
  } finally {
    clearTimeout(timer);
    forget?.();
  }
}

function late(timeoutMs: number, issuer: string) {
  return browserLoginFailed(
    `Nobody has logged in at ${issuer} within ${Math.round(timeoutMs / 1000)} seconds.`,
    "Try again. Where the page says that the redirect_uri is not registered, the identity provider wants another one: " +
      'browserLogin({ redirectHost: "localhost", port })',
  );
}
