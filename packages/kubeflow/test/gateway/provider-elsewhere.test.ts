import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@kfp-ts/server/ports";
import { expect, test } from "vitest";
import type { IdentityProvider } from "../../src/identity/identity-provider.ts";
import { openIdentityProvider } from "../../src/identity/open-identity-provider.ts";
import { FixedConnector } from "../identity/provider-under-test.ts";
import { Browser } from "./browser.ts";
import { startGateway } from "./gateway-under-test.ts";

const START = "/oauth2/start?rd=/pipeline";
const API = "/pipeline/apis/v2beta1/experiments";

/** An OpenID provider on a port of its own, which can be away. */
async function startElsewhere() {
  const folder = await mkdtemp(join(tmpdir(), "kfp-ts-elsewhere-"));
  let provider: IdentityProvider | undefined;
  const server = createServer((incoming, outgoing) => {
    if (provider === undefined) outgoing.writeHead(503).end();
    else void provider.handle(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}/dex`;
  const clock = { now: () => Date.now() };
  return {
    port,
    issuer,
    comeBack: async (redirectUri: string) => {
      const clients = [{ id: "kfp", name: "Kubeflow", secret: "s3cret", redirectUris: [redirectUri] }];
      const connectors = [new FixedConnector()];
      provider = await openIdentityProvider({
        issuer,
        connectors,
        clients,
        dataDirectory: folder,
        clock,
        log: silentLog,
      });
    },
    goAway: async () => {
      await provider?.close();
      provider = undefined;
    },
    async [Symbol.asyncDispose]() {
      await provider?.close();
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

test("people log in at a provider elsewhere that starts later, goes away and comes back", async () => {
  await using elsewhere = await startElsewhere();
  await using under = await startGateway({
    provider: { issuer: elsewhere.issuer, clientId: "kfp", clientSecret: "s3cret" },
  });
  const browser = under.browser();
  expect((await browser.send(START)).status).toBe(503);
  await elsewhere.comeBack(`http://${browser.host}/oauth2/callback`);

  /** From the gateway to the provider, and back to the address of the callback. */
  const callbackOf = async (): Promise<string> => {
    const there = new Browser(elsewhere.port, `127.0.0.1:${elsewhere.port}`);
    const { headers } = await browser.send(START);
    const begun = new URL(headers.location ?? "");
    expect(begun.origin).toBe(`http://127.0.0.1:${elsewhere.port}`);
    const sent = await there.sendPassword(await there.follow(`${begun.pathname}${begun.search}`));
    const back = new URL((await there.send(sent.headers.location ?? "")).headers.location ?? "");
    return `${back.pathname}${back.search}`;
  };

  const program = await browser.send(await callbackOf());
  expect(program).toMatchObject({ status: 302, headers: { location: "/pipeline" } });
  expect((await browser.send(API)).body).toBe('{"user":"user@example.com"}');

  // A browser says of a redirect, too, that it began at another site, and would get no further.
  const fromThere = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const person = await browser.send(await callbackOf(), { headers: fromThere });
  expect(person).toMatchObject({ status: 200, headers: { refresh: "0; url=/pipeline" } });
  expect((await browser.send("/pipeline", { headers: { "sec-fetch-site": "same-origin" } })).status).toBe(200);

  const late = await callbackOf();
  await elsewhere.goAway();
  expect((await browser.send(late)).status).toBe(503);
  expect((await browser.send(API)).status).toBe(200);
  await elsewhere.comeBack(`http://${browser.host}/oauth2/callback`);
  expect((await browser.send(await callbackOf())).status).toBe(302);
});

test("the sign-in page lets the browser go wherever an identity provider elsewhere sends it", async () => {
  const policyOf = async (options: Parameters<typeof startGateway>[0]) => {
    await using under = await startGateway(options);
    return (await under.browser().send("/oauth2/sign_in")).headers["content-security-policy"];
  };
  // A browser checks each redirect that follows a form, also those to a directory behind the provider.
  const provider = { issuer: "https://accounts.example.com", clientId: "kfp", clientSecret: "s3cret" };
  expect(await policyOf({ provider })).toContain("form-action 'self' https: http:;");
  expect(await policyOf({})).toContain("form-action 'self';");
});
