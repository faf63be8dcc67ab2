import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Clock, Log, RequestGuard } from "@kfp-ts/server/ports";
import { checkPrivate, makePrivateFolder } from "../box/private-files.ts";
import { repeat } from "../box/repeat.ts";
import { GATEWAY_CLIENT_ID, type IdentityProvider, PUBLIC_CLIENT_ID } from "../identity/identity-provider.ts";
import { removeDrafts } from "../whole-file.ts";
import { reachable, urlOf } from "./address.ts";
import { authservice } from "./authservice/index.ts";
import { BearerTokens, type ServiceAccountTokens } from "./bearer/bearer-tokens.ts";
import { ProviderTokens } from "./bearer/provider-tokens.ts";
import { createGateway } from "./gateway.ts";
import type { GenerationParts } from "./generation.ts";
import { listen } from "./listen.ts";
import { LoginStates } from "./login/login-states.ts";
import { Logins } from "./login/logins.ts";
import { openIdLogin } from "./login/openid-login.ts";
import { ownProviderFetch } from "./login/provider-fetch.ts";
import { oauth2Proxy } from "./oauth2-proxy/index.ts";
import { BrowserSessions } from "./sessions/browser-sessions.ts";
import { CookieKeys } from "./sessions/cookie-keys.ts";
import { Sessions } from "./sessions/sessions.ts";
import { extAuthzAnswer, type Upstream } from "./upstream.ts";

/** Which generation of Kubeflow a gateway behaves like: 1.9 and later, or up to 1.8. */
export type GatewayGeneration = "oauth2-proxy" | "authservice";

/** An identity provider of somebody else. */
export interface ExternalProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What a gateway is opened with. */
export interface GatewayOptions {
  readonly generation: GatewayGeneration;
  /** Where its keys and sessions lie: a folder that is the user's alone. Made where there is none. */
  readonly dataDirectory: string;
  /** To whom it hands on what it lets in. */
  readonly upstream: Upstream;
  /** Keeps web pages of others out. */
  readonly guard: RequestGuard;
  /** @default "127.0.0.1", and `::1` as well */
  readonly host?: string | undefined;
  /** 0 for any that is free. */
  readonly port: number;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** A port for an Envoy that asks before it lets a request on (ext_authz); 0 for any that is free. */
  readonly extAuthzPort?: number | undefined;
  /** How browsers call it, where that is not what it listens on: `https://kubeflow.example.com`. */
  readonly externalUrl?: string | undefined;
  /** Who people are: an identity provider elsewhere, or one that is opened for the gateway's own address. */
  readonly provider: ExternalProvider | { readonly open: (own: OwnProvider) => Promise<IdentityProvider> };
  /** Tokens of service accounts, where they are taken. */
  readonly serviceAccounts?: ServiceAccountTokens | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** What an identity provider in this process is opened with. */
export interface OwnProvider {
  /** `http://localhost:8080/dex` */
  readonly issuer: string;
  /** The secret of the gateway's client, made anew at each start. */
  readonly clientSecret: string;
  /** Where the gateway is called back. */
  readonly redirectUris: readonly string[];
}

/** A gateway that answers. */
export interface Gateway {
  /** Under which browsers on this machine reach it: `http://localhost:8080`. */
  readonly url: string;
  readonly port: number;
  /** Where an Envoy asks; undefined where none does. */
  readonly extAuthzPort: number | undefined;
  readonly issuer: string;
  /** How many are logged in. */
  sessionCount(): number;
  /** Stops; waits for requests under way, 10 seconds by default. Sessions stay. */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
}

type Answering = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

const GENERATIONS = { "oauth2-proxy": oauth2Proxy, authservice };
const EVERY_MINUTE = 60_000;

/**
 * Opens a gateway.
 *
 * @throws KubeflowError where its data cannot be used, or it cannot listen
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock, dataDirectory, host, log, tls, externalUrl } = options;
  const generation = GENERATIONS[options.generation];
  await makePrivateFolder(dataDirectory);
  await checkPrivate(dataDirectory);
  await removeDrafts(dataDirectory);
  const keys = await CookieKeys.open(join(dataDirectory, "cookie-keys.json"), clock);
  const kept = await Sessions.open({ path: join(dataDirectory, "sessions.jsonl"), clock, log });
  const starting: Answering = async (_incoming, outgoing) => {
    outgoing.writeHead(503, { "retry-after": "1", "content-type": "text/plain" }).end("The gateway is starting.\n");
  };
  const answers: { gateway: Answering; extAuthz: Answering } = { gateway: starting, extAuthz: starting };
  const port = await listen({
    host,
    port: options.port,
    tls,
    portOption: "--gateway-port",
    hostOption: "--gateway-host",
    answer: (incoming, outgoing) => answers.gateway(incoming, outgoing),
  });
  const closing: Array<(graceMs: number) => Promise<void>> = [(graceMs) => port.close(graceMs), () => kept.close()];
  const closeAll = async (graceMs: number): Promise<void> => {
    for (const close of closing) await close(graceMs);
  };
  try {
    const url = urlOf(host, port.port, tls !== undefined);
    const origin = externalUrl === undefined ? url : new URL(externalUrl).origin;
    const own = { clientSecret: randomBytes(32).toString("base64url"), redirectUris: [generation.names.callbackPath] };
    const provider =
      "open" in options.provider ? await options.provider.open({ ...own, issuer: `${origin}/dex` }) : undefined;
    if (provider !== undefined) closing.push(() => provider.close());
    const elsewhere = "open" in options.provider ? undefined : options.provider;
    const issuer = elsewhere?.issuer ?? `${origin}/dex`;
    const clientId = elsewhere?.clientId ?? GATEWAY_CLIENT_ID;
    const at = () => ({ host: reachable(host), port: port.port, tls: tls !== undefined });
    const fetch = provider && ownProviderFetch(issuer, at);
    const client = openIdLogin({
      issuer,
      clientId,
      clientSecret: elsewhere?.clientSecret ?? own.clientSecret,
      authorizationPath: provider && "/dex/auth",
      fetch,
      clock,
      log,
    });
    const sessions = new BrowserSessions(keys, kept, generation.names.sessionCookie);
    const parts: GenerationParts = {
      sessions,
      logins: new Logins({
        names: generation.names,
        client,
        states: new LoginStates(keys, clock),
        sessions,
        isOwnProvider: provider !== undefined,
        clock,
      }),
      bearer: new BearerTokens({
        issuer,
        provider: new ProviderTokens({
          issuer,
          audiences: provider === undefined ? [clientId] : [clientId, PUBLIC_CLIENT_ID],
          keysUrl: client.keysUrl,
          fetch,
          clock,
          log,
        }),
        serviceAccounts: options.serviceAccounts,
      }),
      // Its pages may be at another origin than its issuer, and those of a directory behind it at a third.
      formOrigins: elsewhere === undefined ? [] : "any",
    };
    const shared = {
      generation: generation.create(parts),
      guard: options.guard,
      provider,
      externalUrl,
      crossSitePaths: elsewhere === undefined ? [] : generation.crossSitePaths,
      log,
    };
    answers.gateway = createGateway({ ...shared, upstream: options.upstream });
    answers.extAuthz = createGateway({ ...shared, upstream: extAuthzAnswer });
    const extAuthz =
      options.extAuthzPort === undefined
        ? undefined
        : await listen({
            port: options.extAuthzPort,
            portOption: "--ext-authz-port",
            answer: (incoming, outgoing) => answers.extAuthz(incoming, outgoing),
          });
    if (extAuthz !== undefined) closing.unshift((graceMs) => extAuthz.close(graceMs));
    const tidy = async (): Promise<void> => {
      await kept.sweep();
      await keys.rotate();
    };
    const stop = repeat(EVERY_MINUTE, tidy, (err) => {
      log.error({ err }, "the gateway's sessions and keys cannot be looked after");
    });
    closing.unshift(async () => stop());
    let closed: Promise<void> | undefined;
    return {
      url,
      port: port.port,
      extAuthzPort: extAuthz?.port,
      issuer,
      sessionCount: () => kept.size,
      close: ({ graceMs = 10_000 } = {}) => {
        closed ??= closeAll(graceMs);
        return closed;
      },
    };
  } catch (error) {
    await closeAll(0);
    throw error;
  }
}
