import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Log, silentLog } from "@kfp-ts/server/ports";
import {
  GATEWAY_CLIENT_ID,
  type IdentityClient,
  type IdentityProvider,
  PUBLIC_CLIENT_ID,
} from "../../src/identity/identity-provider.ts";
import { openIdentityProvider } from "../../src/identity/open-identity-provider.ts";
import type {
  Account,
  AttemptSource,
  PasswordCheck,
  PasswordConnector,
} from "../../src/identity/password-connector.ts";

export const USER: Account = { id: "u-1", email: "user@example.com", name: "user", groups: ["team-a", "team-b"] };
export const PASSWORD = "12341234";
export const SECRET = "gateway-secret";

/** A connector of one user, whose answers a test can replace. */
export class FixedConnector implements PasswordConnector {
  readonly id: string;
  readonly name: string;
  readonly usernamePrompt: string;
  account: Account | undefined = USER;
  instead: (() => Promise<PasswordCheck>) | undefined;
  readonly sources: (AttemptSource | undefined)[] = [];

  constructor(id = "local", name = "Email", usernamePrompt = "Email Address") {
    this.id = id;
    this.name = name;
    this.usernamePrompt = usernamePrompt;
  }

  async check(
    username: string,
    password: string,
    _signal: AbortSignal,
    source?: AttemptSource,
  ): Promise<PasswordCheck> {
    this.sources.push(source);
    if (this.instead !== undefined) return this.instead();
    const known = this.account !== undefined && username.toLowerCase() === this.account.email && password === PASSWORD;
    return known && this.account ? { outcome: "accepted", account: this.account } : { outcome: "refused" };
  }

  find: (id: string) => Promise<Account | undefined> = async (id) =>
    this.account?.id === id ? this.account : undefined;

  async close(): Promise<void> {}
}

/** A clock that a test moves. */
export class MovedClock {
  ahead = 0;
  now = (): number => Date.now() + this.ahead;
}

export interface ProviderUnderTest extends AsyncDisposable {
  readonly origin: string;
  readonly issuer: string;
  readonly provider: IdentityProvider;
  readonly connectors: readonly FixedConnector[];
  readonly clock: MovedClock;
  readonly dataDirectory: string;
  readonly errors: unknown[];
  /** Closes it and opens it again on the same port and the same data. */
  restart(): Promise<void>;
}

export const CALLBACK = "http://localhost:8080/oauth2/callback";

export function clients(): readonly IdentityClient[] {
  return [
    {
      id: GATEWAY_CLIENT_ID,
      name: "Kubeflow",
      secret: SECRET,
      redirectUris: [CALLBACK, "/oauth2/callback", "/authservice/oidc/callback"],
    },
    {
      id: PUBLIC_CLIENT_ID,
      name: "Kubeflow Pipelines SDK",
      secret: undefined,
      redirectUris: ["http://127.0.0.1", "http://localhost"],
    },
  ];
}

/** A provider on a port of its own. */
export async function startProvider({
  connectors = [new FixedConnector()],
  approval = false,
  clock = new MovedClock(),
}: {
  readonly connectors?: readonly FixedConnector[];
  readonly approval?: boolean;
  readonly clock?: MovedClock;
} = {}): Promise<ProviderUnderTest> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "kfp-ts-identity-"));
  const errors: unknown[] = [];
  const log: Log = { ...silentLog, error: (fields, message) => errors.push({ fields, message }) };
  let provider: IdentityProvider | undefined;
  const server = createServer((incoming, outgoing) => void provider?.handle(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}/dex`;
  const open = () =>
    openIdentityProvider({ issuer, connectors, clients: clients(), dataDirectory, approval, clock, log });
  provider = await open();
  return {
    origin,
    issuer,
    connectors,
    clock,
    dataDirectory,
    errors,
    get provider() {
      if (provider === undefined) throw new Error("it is closed");
      return provider;
    },
    restart: async () => {
      await provider?.close();
      provider = await open();
    },
    [Symbol.asyncDispose]: async () => {
      await provider?.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
