import { browserLoginFailed } from "../errors/browser-login-failure.ts";

/** What an identity provider says of itself (OpenID Connect Discovery), as far as it is needed. */
export interface ProviderMetadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly scopes_supported: readonly string[] | undefined;
  /** With which algorithms it signs; undefined where it does not say. */
  readonly id_token_signing_alg_values_supported: readonly string[] | undefined;
  /** Whether it says its name when it sends the browser back (RFC 9207). */
  readonly authorization_response_iss_parameter_supported: boolean;
}

/** Where the provider is looked for, and whether somebody said so or it was concluded from the endpoint. */
export interface IssuerPlace {
  readonly issuer: string;
  readonly concluded: boolean;
}

type FetchText = (url: string, init: { method: string; headers: Record<string, string> }) => Promise<Response>;

/**
 * Asks an identity provider what it says of itself, and believes it only where it goes by the name under which it was
 * asked: else another one could hand out tokens in its name.
 *
 * @throws KfpError BROWSER_LOGIN_FAILED
 */
export async function discoverProvider(place: IssuerPlace, fetch: FetchText): Promise<ProviderMetadata> {
  const { issuer } = place;
  requireSecure(issuer, "The issuer", issuer);
  const answer = await fetch(`${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`, {
    method: "GET",
    headers: { accept: "application/json" },
  });
  const document = answer.status === 200 ? asRecord(await answer.text()) : undefined;
  if (document === undefined) {
    const fact = answer.status === 200 ? "it is no JSON" : `the answer has status ${answer.status}`;
    throw browserLoginFailed(
      `No identity provider was found at ${issuer}: it does not describe itself (${fact}).`,
      place.concluded
        ? 'Say where the identity provider is: browserLogin({ issuer: "https://…" })'
        : "Correct the issuer: what stands before /.well-known/openid-configuration.",
    );
  }
  const { issuer: named, authorization_endpoint, token_endpoint } = document;
  if (typeof named !== "string" || !isSameIssuer(named, place)) throw otherName(place, named);
  return {
    issuer: named,
    authorization_endpoint: requireSecure(authorization_endpoint, "The login page (authorization_endpoint)", issuer),
    token_endpoint: requireSecure(token_endpoint, "The token_endpoint", issuer),
    scopes_supported: words(document.scopes_supported),
    id_token_signing_alg_values_supported: words(document.id_token_signing_alg_values_supported),
    authorization_response_iss_parameter_supported: document.authorization_response_iss_parameter_supported === true,
  };
}

function words(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;
}

/** The same name; where nobody said one, this machine may go by another of its names. */
function isSameIssuer(named: string, { issuer, concluded }: IssuerPlace): boolean {
  if (named === issuer) return true;
  if (!URL.canParse(named)) return false;
  const [one, other] = [new URL(named), new URL(issuer)];
  if (!concluded || !isLoopback(one) || !isLoopback(other)) return false;
  return one.protocol === other.protocol && one.port === other.port && one.pathname === other.pathname;
}

function otherName({ issuer, concluded }: IssuerPlace, named: unknown) {
  const text = typeof named === "string" && URL.canParse(named) ? named.slice(0, 200) : undefined;
  if (text === undefined)
    return browserLoginFailed(`The identity provider at ${issuer} does not say its name (issuer).`);
  const host = new URL(text).hostname;
  if (/\.(svc|local|internal)$/.test(host) || !/[.:]/.test(host)) {
    return browserLoginFailed(
      `The identity provider at ${issuer} calls itself ${text}, a name that exists only inside the cluster: no browser outside can go there.`,
      "Log in with name and password instead: dexPassword({ username, password }). Or have an administrator set the issuer " +
        "of Dex, and of what checks its tokens, to the address that people use.",
    );
  }
  return browserLoginFailed(
    `The identity provider at ${issuer} calls itself ${text}.`,
    concluded
      ? `If you trust that address, name it: browserLogin({ issuer: ${JSON.stringify(text)} })`
      : `Correct the issuer; it is compared to the letter.`,
  );
}

/** Codes and tokens go there: over TLS, or not off this machine. */
function requireSecure(address: unknown, what: string, issuer: string): string {
  const url = typeof address === "string" && URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url))) return String(address);
  throw browserLoginFailed(
    `${what} of the identity provider ${issuer} is ${url === undefined ? "no URL" : "neither https nor on this machine"}.`,
    "Tokens go there, which others on the way could read. Use an https address, or a port-forward on this machine.",
  );
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function asRecord(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
