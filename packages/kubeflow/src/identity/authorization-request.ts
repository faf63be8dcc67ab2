import { allowsRedirect, isOwnPath } from "./allowed-redirect.ts";
import type { IdentityClient } from "./identity-provider.ts";

/** What a program asks for when it sends a browser to the provider: a request of OpenID Connect's code flow, checked. */
export interface AuthorizationRequest {
  readonly client: IdentityClient;
  readonly redirectUri: string;
  /** Those of the scopes asked for that are known. */
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  /** Of method S256. */
  readonly codeChallenge: string | undefined;
  /** A name that the program expects, which stands in the form already. */
  readonly loginHint: string | undefined;
  /** The whole query, as it came. */
  readonly query: string;
}

/**
 * What came of reading a request. Where the client or its address is in doubt, nobody is sent anywhere; else a fault is
 * told to the program, at its address.
 */
export type ReadRequest =
  | { readonly outcome: "accepted"; readonly request: AuthorizationRequest }
  | { readonly outcome: "refused"; readonly why: string }
  | { readonly outcome: "returned"; readonly location: string };

/** The scopes that mean something here; others are passed over, as OpenID Connect wants it. */
export const SCOPES: readonly string[] = ["openid", "email", "profile", "groups", "offline_access"];

/** A request of a program has about 500 characters. */
const LONGEST_QUERY = 4096;

const PARAMETERS = [
  "client_id",
  "redirect_uri",
  "response_type",
  "response_mode",
  "scope",
  "state",
  "nonce",
  "code_challenge",
  "code_challenge_method",
  "login_hint",
  "request",
  "request_uri",
] as const;

/**
 * Reads a request. `prompt` and `max_age` are not looked at: nobody is remembered here, so everyone is asked for their
 * password at every login, and `none`, which oauth2-proxy sends to every Dex, would otherwise let nobody in.
 *
 * @param query - Without the question mark.
 * @param issuer - Which an answer names (RFC 9207).
 */
export function readAuthorizationRequest(
  query: string,
  clients: ReadonlyMap<string, IdentityClient>,
  issuer: string,
): ReadRequest {
  if (query.length > LONGEST_QUERY) return refused("The request is too long.");
  const parameters = new URLSearchParams(query);
  const twice = PARAMETERS.find((name) => parameters.getAll(name).length > 1);
  if (twice !== undefined) return refused(`The request says ${twice} more than once.`);
  const client = clients.get(parameters.get("client_id") ?? "");
  if (client === undefined) return refused("The program that sent you here is not known here (client_id).");
  const redirectUri = parameters.get("redirect_uri") ?? "";
  if (!allowsRedirect(client, redirectUri)) {
    return refused(
      "The program that sent you here asks to be called back at an address that is not its own (redirect_uri).",
    );
  }
  const state = parameters.get("state") ?? undefined;
  const fault = faultOf(parameters, client);
  if (fault !== undefined) {
    const [error, description] = fault;
    const location = callbackUrl(redirectUri, { error, error_description: description, state, iss: issuer });
    return { outcome: "returned", location };
  }
  const scopes = (parameters.get("scope") ?? "").split(" ");
  return {
    outcome: "accepted",
    request: {
      client,
      redirectUri,
      scopes: SCOPES.filter((scope) => scopes.includes(scope)),
      state,
      nonce: parameters.get("nonce") ?? undefined,
      codeChallenge: parameters.get("code_challenge") ?? undefined,
      loginHint: parameters.get("login_hint") ?? undefined,
      query,
    },
  };
}

/** The address of a program with an answer for it. What is undefined is left out. */
export function callbackUrl(redirectUri: string, answer: Readonly<Record<string, string | undefined>>): string {
  const isPath = isOwnPath(redirectUri);
  const url = isPath ? new URL(redirectUri, "http://localhost") : new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) url.searchParams.set(name, value);
  return isPath ? `${url.pathname}${url.search}` : url.href;
}

function refused(why: string): ReadRequest {
  return { outcome: "refused", why };
}

function faultOf(parameters: URLSearchParams, client: IdentityClient): readonly [string, string] | undefined {
  if (parameters.has("request")) return ["request_not_supported", "request objects are not supported"];
  if (parameters.has("request_uri")) return ["request_uri_not_supported", "request objects are not supported"];
  const type = parameters.get("response_type");
  if (type === null) return ["invalid_request", "response_type is missing; it has to be code"];
  if (type !== "code") return ["unsupported_response_type", "response_type has to be code"];
  if ((parameters.get("response_mode") ?? "query") !== "query") {
    return ["invalid_request", "response_mode has to be query"];
  }
  if (!(parameters.get("scope") ?? "").split(" ").includes("openid")) {
    return ["invalid_scope", "scope has to contain openid"];
  }
  return faultOfChallenge(parameters, client);
}

function faultOfChallenge(parameters: URLSearchParams, client: IdentityClient): readonly [string, string] | undefined {
  const challenge = parameters.get("code_challenge");
  const method = parameters.get("code_challenge_method");
  if (challenge === null) {
    if (method !== null) return ["invalid_request", "code_challenge_method without code_challenge"];
    if (client.secret === undefined)
      return ["invalid_request", "code_challenge is missing; this client has to use PKCE"];
    return undefined;
  }
  // Without a method it would be "plain", which protects nothing.
  if (method !== "S256") return ["invalid_request", "code_challenge_method has to be S256"];
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) return ["invalid_request", "code_challenge is none of S256"];
  return undefined;
}
