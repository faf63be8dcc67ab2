import { createHash, randomUUID } from "node:crypto";
import { request as httpRequest, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import type { StoredSession } from "../../src/index.ts";
import { json, localServer, type ReceivedRequest } from "./local-server.ts";

/** How a provider of a test behaves; what is left out is as OpenID Connect has it. */
export interface ProviderBehaviour {
  /** The name that it says of itself, where its own address is `origin`. */
  issuer?(origin: string): string;
  /** What it adds to its description, or replaces. */
  metadata?(origin: string): object;
  /** How it sends the browser back; `undefined` for with a code. */
  back?(redirectUri: URL, state: string): URL | undefined;
  /** Claims that are added to those of the id token, or replace them. */
  claims?: object;
  /** Seconds that its clock is ahead. */
  ahead?: number;
  /** Seconds that an id token is valid. */
  life?: number;
  /** Answers a request for tokens by itself; nothing for the usual answer. */
  token?(form: URLSearchParams, response: ServerResponse): boolean;
  /** Answers everything by itself. */
  down?: boolean;
  withoutRefreshToken?: boolean;
  withoutIdToken?: boolean;
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A provider as small as can be, that checks what a client sends. Everyone who goes there is user@example.com. */
export async function openIdProvider(behaviour: ProviderBehaviour = {}, secure?: "good") {
  const codes = new Map<string, { challenge: string; nonce: string; redirectUri: string }>();
  const refreshTokens = new Set<string>();
  const logins: URL[] = [];
  const grants: string[] = [];
  let issued = 0;

  const idToken = (issuer: string, nonce: string | undefined) => {
    issued += 1;
    const iat = Math.floor(Date.now() / 1000) + (behaviour.ahead ?? 0);
    const claims = {
      iss: issuer,
      sub: "Cg1",
      aud: "kubeflow-pipelines-sdk",
      email: "user@example.com",
      number: issued,
    };
    const times = { iat, exp: iat + (behaviour.life ?? 3600) };
    return `${encoded({ alg: "RS256", kid: "1" })}.${encoded({ ...claims, ...times, ...(nonce && { nonce }), ...behaviour.claims })}.c2lnbmF0dXJl`;
  };

  const tokens = (issuer: string, nonce: string | undefined) => {
    const refreshToken = randomUUID();
    refreshTokens.add(refreshToken);
    return {
      access_token: randomUUID(),
      token_type: "bearer",
      expires_in: behaviour.life ?? 3600,
      ...(behaviour.withoutIdToken ? {} : { id_token: idToken(issuer, nonce) }),
      ...(behaviour.withoutRefreshToken ? {} : { refresh_token: refreshToken }),
    };
  };

  function granted(form: URLSearchParams, issuer: string): object | string {
    if (form.get("client_id") !== "kubeflow-pipelines-sdk") return "invalid_client";
    grants.push(form.get("grant_type") ?? "");
    if (form.get("grant_type") === "refresh_token") {
      // Each is taken once.
      return refreshTokens.delete(form.get("refresh_token") ?? "") ? tokens(issuer, undefined) : "invalid_grant";
    }
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (code?.challenge !== challenge || code.redirectUri !== form.get("redirect_uri")) return "invalid_grant";
    return tokens(issuer, code.nonce);
  }

  const answer = ({ url, body, method }: ReceivedRequest, response: ServerResponse) => {
    const origin = server.origin;
    const issuer = behaviour.issuer?.(origin) ?? `${origin}/dex`;
    const asked = new URL(url, origin);
    if (behaviour.down) return json(response, 503, "upstream connect error");
    if (asked.pathname === "/dex/.well-known/openid-configuration") {
      return json(response, 200, {
        issuer,
        authorization_endpoint: `${origin}/dex/auth`,
        token_endpoint: `${origin}/dex/token`,
        scopes_supported: ["openid", "email", "offline_access"],
        ...behaviour.metadata?.(origin),
      });
    }
    if (asked.pathname === "/dex/auth") {
      logins.push(asked);
      const at = (name: string) => asked.searchParams.get(name) ?? "";
      const back = new URL(at("redirect_uri"));
      const code = randomUUID();
      codes.set(code, { challenge: at("code_challenge"), nonce: at("nonce"), redirectUri: at("redirect_uri") });
      back.search = new URLSearchParams({ code, state: at("state") }).toString();
      const location = behaviour.back?.(new URL(at("redirect_uri")), at("state")) ?? back;
      return response.writeHead(303, { location: location.href }).end();
    }
    if (asked.pathname === "/dex/token" && method === "POST") {
      const form = new URLSearchParams(body);
      if (behaviour.token?.(form, response)) return;
      const outcome = granted(form, issuer);
      if (typeof outcome === "string") return json(response, 400, { error: outcome });
      return json(response, 200, outcome);
    }
    return json(response, 404, {});
  };
  const server = await localServer(answer, secure);
  return { ...server, behaviour, logins, grants, revoke: () => refreshTokens.clear() };
}

/** What a browser shows. */
export interface ShownPage {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

/** Goes to an address as a person does; `fetch` would say that it is a script. */
export function go(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<ShownPage> {
  const secure = url.startsWith("https:");
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false, ...(secure && { rejectUnauthorized: false }) };
    const sent = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** What the browser shows after it has followed an address through all its redirections. */
export async function visit(url: string): Promise<ShownPage> {
  let address = url;
  for (let hop = 0; hop < 10; hop += 1) {
    const shown = await go(address);
    const { location } = shown.headers;
    if (location === undefined) return shown;
    address = new URL(location, address).href;
  }
  throw new Error("too many redirections");
}

/** Keeps sessions in memory. */
export function memorySessions() {
  const kept = new Map<string, StoredSession>();
  const nameOf = ({ endpoint, user }: { endpoint: string; user: string }) => `${user} at ${endpoint}`;
  return {
    kept,
    load: async (key: { endpoint: string; user: string }) => kept.get(nameOf(key)),
    save: async (key: { endpoint: string; user: string }, session: StoredSession) =>
      void kept.set(nameOf(key), session),
    delete: async (key: { endpoint: string; user: string }) => void kept.delete(nameOf(key)),
  };
}
