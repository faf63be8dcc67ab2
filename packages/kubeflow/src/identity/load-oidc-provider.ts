/** What of oidc-provider is used. */
export type OidcProviderModule = typeof import("oidc-provider");

let loading: Promise<OidcProviderModule> | undefined;

/**
 * Loads oidc-provider, which takes a while and which only a box with an identity provider needs.
 *
 * As it loads it prints that it wants Node.js 22. All that is used of it here runs on Node.js 20.19, which our tests show,
 * and the terminal of somebody who starts a server is no place for that: this one sentence is dropped, others are not.
 */
export function loadOidcProvider(): Promise<OidcProviderModule> {
  loading ??= load();
  return loading;
}

async function load(): Promise<OidcProviderModule> {
  const { warn } = console;
  console.warn = (...parts: readonly unknown[]) => {
    if (!String(parts[0]).includes("oidc-provider WARNING: Unsupported runtime.")) warn.apply(console, [...parts]);
  };
  try {
    return await import("oidc-provider");
  } finally {
    console.warn = warn;
  }
}
