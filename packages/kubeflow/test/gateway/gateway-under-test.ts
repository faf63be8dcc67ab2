import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequestGuard } from "@kfp-ts/server";
import { type Log, silentLog } from "@kfp-ts/server/ports";
import { type Gateway, type GatewayOptions, openGateway } from "../../src/gateway/open-gateway.ts";
import type { Visitor } from "../../src/gateway/upstream.ts";
import { GATEWAY_CLIENT_ID, PUBLIC_CLIENT_ID } from "../../src/identity/identity-provider.ts";
import { openIdentityProvider } from "../../src/identity/open-identity-provider.ts";
import { FixedConnector, MovedClock } from "../identity/provider-under-test.ts";
import { Browser } from "./browser.ts";

/** A gateway with an identity provider of its own, before a server that says whom it was told. */
export interface GatewayUnderTest extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly clock: MovedClock;
  readonly connector: FixedConnector;
  readonly dataDirectory: string;
  /** Whom the server behind was told, in order. */
  readonly visits: (Visitor | { readonly user: undefined })[];
  readonly errors: unknown[];
  browser(host?: string): Browser;
  /** Stops it and starts it again with the same data, on another port. */
  restart(): Promise<void>;
}

export async function startGateway(
  options: Partial<GatewayOptions> & {
    readonly allowedHosts?: readonly string[];
    readonly allowOrigins?: readonly string[];
  } = {},
): Promise<GatewayUnderTest> {
  const { allowedHosts, allowOrigins, ...more } = options;
  const folder = await mkdtemp(join(tmpdir(), "kfp-ts-gateway-"));
  const clock = new MovedClock();
  const connector = new FixedConnector();
  const visits: GatewayUnderTest["visits"] = [];
  const errors: unknown[] = [];
  const log: Log = { ...silentLog, error: (fields, message) => errors.push({ fields, message }) };
  const dataDirectory = join(folder, "gateway");
  const open = () =>
    openGateway({
      generation: "oauth2-proxy",
      dataDirectory,
      upstream: async (incoming, outgoing, visitor) => {
        visits.push(visitor);
        incoming.resume();
        const isApi = (incoming.url ?? "").includes("/apis/");
        outgoing.writeHead(200, { "content-type": isApi ? "application/json" : "text/html; charset=utf-8" });
        outgoing.end(isApi ? JSON.stringify({ user: visitor.user }) : "<title>Kubeflow Pipelines</title>");
      },
      guard: createRequestGuard({ allowedHosts, allowOrigins }),
      port: 0,
      provider: {
        open: ({ issuer, clientSecret, redirectUris }) =>
          openIdentityProvider({
            issuer,
            connectors: [connector],
            clients: [
              { id: GATEWAY_CLIENT_ID, name: "Kubeflow", secret: clientSecret, redirectUris },
              { id: PUBLIC_CLIENT_ID, name: "a program", secret: undefined, redirectUris: ["http://127.0.0.1"] },
            ],
            dataDirectory: join(folder, "identity"),
            clock,
            log,
          }),
      },
      clock,
      log,
      ...more,
    });
  let gateway = await open();
  return {
    get gateway() {
      return gateway;
    },
    clock,
    connector,
    dataDirectory,
    visits,
    errors,
    browser: (host) => new Browser(gateway.port, host),
    async restart() {
      await gateway.close({ graceMs: 0 });
      gateway = await open();
    },
    async [Symbol.asyncDispose]() {
      await gateway.close({ graceMs: 0 });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
