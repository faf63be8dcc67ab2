import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import * as browser from "../../src/browser.ts";
import { dexPassword } from "../../src/credentials/dex-password.ts";
import { KFPClientManager } from "../../src/kfp-client-manager.ts";
import { Client } from "../../src/platform/node-client.ts";
import { failureOf } from "../helpers/failure.ts";
import { certificate, localServer } from "../helpers/local-server.ts";
import { everythingIn } from "./everything-in.ts";
import { html, password, scriptedGateway, usual } from "./scripted-gateway.ts";

const me = { dexUsername: "user@example.com", dexPassword: password, dexAuthType: "local" } as const;
const logins = ({ received }: { received: readonly { method: string }[] }) =>
  received.filter(({ method }) => method === "POST").length;

describe("KFPClientManager", () => {
  test("logs in when a client is asked for, and gives the same client afterwards", async () => {
    const gateway = await scriptedGateway();
    const manager = new KFPClientManager({ apiUrl: `${gateway.origin}/pipeline`, ...me });
    expect(gateway.received).toHaveLength(0);
    const [one, other] = await Promise.all([manager.createKfpClient(), manager.createKfpClient()]);
    expect(one).toBe(other);
    expect(one).toBeInstanceOf(Client);
    expect((await one.healthz.get()).multiUser).toBe(true);
    expect(await manager.createKfpClient()).toBe(one);
    expect(logins(gateway)).toBe(1);
  });

  test("tries anew after a login that failed", async () => {
    let isDown = true;
    const gateway = await scriptedGateway({
      "/oauth2/start": (request, response) =>
        isDown ? html(response, 503, "no healthy upstream") : usual["/oauth2/start"]?.(request, response),
    });
    const manager = new KFPClientManager({ apiUrl: `${gateway.origin}/pipeline`, ...me });
    expect((await failureOf(manager.createKfpClient())).code).toBe("LOGIN_UNAVAILABLE");
    isDown = false;
    // One that is down rests for a second.
    await setTimeout(1_050);
    expect(await manager.createKfpClient()).toBeInstanceOf(Client);
  });

  test.each(["LDAP", "", "github", 7, null])(
    "refuses the dexAuthType %j when it is made, and names what there is",
    async (dexAuthType) => {
      const make = () =>
        new KFPClientManager({ apiUrl: "http://localhost:8080", ...me, dexAuthType: dexAuthType as "ldap" });
      const error = await failureOf(make);
      expect([error.code, error.message]).toEqual(["BAD_OPTION", expect.stringContaining("one of: ldap, local")]);
    },
  );

  test.each([
    [{ apiUrl: "http://user:secret@localhost:8080" }, "SECRET_IN_URL"],
    [{ apiUrl: "ftp://localhost" }, "BAD_ENDPOINT"],
    [{ dexUsername: "" }, "BAD_OPTION"],
    [{ dexPassword: undefined as unknown as string }, "BAD_OPTION"],
    [{ skipTlsVerify: "yes" as unknown as boolean }, "BAD_OPTION"],
    [{ skipTlsVerify: true, tls: { caFile: "ca.pem" } }, "BAD_OPTION"],
    [{ loginOrigins: ["login.example.com"] }, "BAD_OPTION"],
    [{ loginOrigins: ["https://login.example.com/dex"] }, "BAD_OPTION"],
  ])("refuses %j when it is made", async (wrong, code) => {
    const make = () => new KFPClientManager({ apiUrl: "http://localhost:8080/pipeline", ...me, ...wrong });
    expect((await failureOf(make)).code).toBe(code);
  });

  test("says that a wrong password is probably one, without showing it", async () => {
    const gateway = await scriptedGateway();
    const wrong = { ...me, dexPassword: "not-the-password" };
    const manager = new KFPClientManager({ apiUrl: `${gateway.origin}/pipeline`, ...wrong });
    const error = await failureOf(manager.createKfpClient());
    expect(error.message).toContain("probably invalid");
    expect(everythingIn(error) + everythingIn(manager)).not.toContain("not-the-password");
  });

  test("needs no cookies where nobody has to log in", async () => {
    const open = await localServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"multi_user":false}');
    });
    const client = await new KFPClientManager({ apiUrl: open.origin, ...me }).createKfpClient();
    await client.healthz.get();
    expect(open.received.every(({ headers }) => headers.cookie === undefined)).toBe(true);
  });

  test("takes a certificate that nobody knows with skipTlsVerify, and one of an authority with tls, and no other", async () => {
    const open = await localServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"multi_user":false}');
    }, "good");
    const apiUrl = open.origin;
    expect((await failureOf(new KFPClientManager({ apiUrl, ...me }).createKfpClient())).code).toBe("TLS_UNTRUSTED");
    expect(await new KFPClientManager({ apiUrl, ...me, skipTlsVerify: true }).createKfpClient()).toBeInstanceOf(Client);
    const tls = { ca: certificate("ca") };
    expect(await new KFPClientManager({ apiUrl, ...me, tls }).createKfpClient()).toBeInstanceOf(Client);
  });

  test("has only its name in a browser, as dexPassword", () => {
    const options = { apiUrl: "http://localhost:8080", ...me };
    expect(() => new browser.KFPClientManager(options)).toThrow(/works in Node only/);
    expect(() => browser.dexPassword({ username: "a", password: "b" })).toThrow(/works in Node only/);
  });
});

describe("dexPassword", () => {
  test("logs in with the first call, once for all that come at the same time", async () => {
    const gateway = await scriptedGateway();
    const credentials = dexPassword({ username: "user@example.com", password: () => password });
    const kfp = new Client({ host: `${gateway.origin}/pipeline`, credentials });
    const answers = await Promise.all(Array.from({ length: 20 }, () => kfp.healthz.get()));
    expect(answers.every(({ multiUser }) => multiUser)).toBe(true);
    expect(logins(gateway)).toBe(1);
  });

  test("says when the function gives no password", async () => {
    const gateway = await scriptedGateway();
    const credentials = dexPassword({ username: "user@example.com", password: () => undefined as unknown as string });
    const kfp = new Client({ host: `${gateway.origin}/pipeline`, credentials });
    expect((await failureOf(kfp.healthz.get())).code).toBe("CREDENTIALS_FAILED");
  });
});
