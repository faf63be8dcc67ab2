import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Clock, Log } from "@kfp-ts/server/ports";
import { checkPrivate, makePrivateFolder } from "../box/private-files.ts";
import { repeat } from "../box/repeat.ts";
import { sendPage } from "../pages/send-page.ts";
import { GrantFiles } from "./grant-files.ts";
import type { IdentityClient, IdentityProvider } from "./identity-provider.ts";
import { loadOidcProvider } from "./load-oidc-provider.ts";
import { problemPage } from "./login-pages.ts";
import { LoginRequests } from "./login-requests.ts";
import { LoginSteps } from "./login-steps.ts";
import { OpenIdTokens } from "./open-id-tokens.ts";
import type { Account, PasswordConnector } from "./password-connector.ts";
import { answerRequest } from "./provider-routes.ts";
import { RotatingKeys } from "./rotating-keys.ts";
import { readSubject } from "./subject.ts";

/** What an identity provider is made of. */
export interface IdentityProviderOptions {
  /** Where it is reached, without a slash at the end: `http://localhost:8080/dex`. */
  readonly issuer: string;
  /** How people log in. With several they choose. At least one; their ids differ. */
  readonly connectors: readonly PasswordConnector[];
  /** The programs that may ask for logins. */
  readonly clients: readonly IdentityClient[];
  /** Where its keys and refresh tokens lie: a folder that is the user's alone. Made where there is none. */
  readonly dataDirectory: string;
  /** Whether users are asked if a program may know who they are. @default false */
  readonly approval?: boolean | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const EVERY_HOUR = 60 * 60 * 1000;

/**
 * Opens an identity provider: OpenID Connect, laid out as Dex is.
 *
 * @throws KubeflowError where the folder is open to others, or a key in it cannot be used
 */
export async function openIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { issuer, connectors, clients, dataDirectory, approval = false, clock, log } = options;
  checkOptions(options);
  await makePrivateFolder(dataDirectory);
  await checkPrivate(dataDirectory);
  const keys = await RotatingKeys.open(join(dataDirectory, "keys"), clock, (err) =>
    log.error({ err }, "a signing key cannot be used"),
  );
  const files = await GrantFiles.open(join(dataDirectory, "grants"), clock);
  const tidy = async () => {
    await keys.rotate();
    await files.sweep();
  };
  await files.sweep();
  const find = (sub: string) => findAccount(connectors, sub);
  const tokens = new OpenIdTokens(await loadOidcProvider(), {
    issuer,
    clients,
    keys: keys.keys,
    files,
    find,
    clock,
    log,
  });
  const steps = new LoginSteps({
    issuer,
    connectors,
    clients: new Map(clients.map((client) => [client.id, client])),
    approval,
    requests: new LoginRequests(clock),
    issueCode: (login) => tokens.issueCode(login),
    log,
  });
  const userInfo = { issuer, clientIds: clients.map(({ id }) => id), keys: keys.keys, find, clock };
  const stop = repeat(EVERY_HOUR, tidy, (err) => log.error({ err }, "keys and grants could not be looked after"));
  return {
    issuer,
    handle: (incoming, outgoing) => handle({ issuer, steps, tokens, userInfo }, incoming, outgoing, log),
    close: async () => {
      stop();
      await Promise.all(connectors.map((connector) => connector.close()));
    },
  };
}

async function handle(
  parts: Parameters<typeof answerRequest>[0],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  log: Log,
): Promise<void> {
  try {
    await answerRequest(parts, incoming, outgoing);
  } catch (err) {
    // Whoever left in the middle of a request needs no answer, and nothing is wrong here.
    if (incoming.errored !== null && !incoming.complete) return void outgoing.destroy();
    log.error({ err }, "a request of the identity provider failed");
    if (outgoing.headersSent) outgoing.destroy();
    else sendPage(outgoing, problemPage(500, "Something went wrong here", "The log of the server says what.", "/"));
  }
}

/** Who a `sub` is now. */
async function findAccount(connectors: readonly PasswordConnector[], sub: string): Promise<Account | undefined> {
  const subject = readSubject(sub);
  const connector = connectors.find(({ id }) => id === subject?.connectorId);
  return subject === undefined ? undefined : connector?.find(subject.accountId);
}

function checkOptions({ issuer, connectors, clients }: IdentityProviderOptions): void {
  if (!URL.canParse(issuer) || issuer.endsWith("/") || /[?#]/.test(issuer)) {
    throw new TypeError(`issuer is ${JSON.stringify(issuer)}; it has to be a URL without a slash at its end`);
  }
  for (const [what, ids] of [
    ["connector", connectors.map(({ id }) => id)],
    ["client", clients.map(({ id }) => id)],
  ] as const) {
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) throw new TypeError(`there are two ${what}s with the id ${JSON.stringify(twice)}`);
    if (ids.length === 0) throw new TypeError(`there is no ${what}, so nobody could log in`);
  }
}
