import { expect, test } from "vitest";
import { startGateway } from "./gateway-under-test.ts";

const START = "/oauth2/start?rd=/pipeline";
const API = "/pipeline/apis/v2beta1/experiments";
const ISSUER = "https://kubernetes.default.svc";

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const unsigned = (claims: object) => `${part({ alg: "RS256" })}.${part(claims)}.c2lnbmF0dXJl`;

/** The token of somebody who is logged in. */
async function idTokenIn(under: Awaited<ReturnType<typeof startGateway>>): Promise<string> {
  const browser = under.browser();
  await browser.logIn(START);
  under.visits.length = 0;
  await browser.send(API);
  const [visit] = under.visits;
  return visit?.user === undefined ? "" : (visit.token ?? "");
}

const ask = async (under: Awaited<ReturnType<typeof startGateway>>, authorization: string, path = API) =>
  under.browser().send(path, { headers: { authorization } });

test("a token of the identity provider lets in, and stands before a cookie", async () => {
  await using under = await startGateway();
  const token = await idTokenIn(under);
  expect((await ask(under, `Bearer ${token}`)).body).toBe('{"user":"user@example.com"}');
  const browser = under.browser();
  await browser.logIn(START);
  const headers = { authorization: "Bearer garbage" };
  expect((await browser.send(API, { headers })).status).toBe(401);
});

test("a token that is over is called so, as by an Envoy, a minute after its end", async () => {
  await using under = await startGateway();
  const token = await idTokenIn(under);
  under.clock.ahead += 24 * 60 * 60 * 1000 + 30_000;
  expect((await ask(under, `Bearer ${token}`)).status).toBe(200);
  under.clock.ahead += 40_000;
  const { status, body, headers } = await ask(under, `Bearer ${token}`);
  expect({ status, body, type: headers["content-type"] }).toEqual({
    status: 401,
    body: "Jwt is expired",
    type: "text/plain",
  });
  const url = `http://localhost:${under.gateway.port}${API}`;
  expect(headers["www-authenticate"]).toBe(`Bearer realm="${url}", error="invalid_token"`);
});

test("a token that somebody has changed or made lets nobody in", async () => {
  await using under = await startGateway();
  const token = await idTokenIn(under);
  const [head, body = "", signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
  const forged = [
    `${head}.${part({ ...claims, email: "admin@example.com" })}.${signature}`,
    `${part({ alg: "none" })}.${body}.`,
    `${part({ alg: "none" })}.${body}.x`,
    `${part({ alg: "HS256" })}.${body}.${signature}`,
    unsigned(claims),
  ];
  for (const one of forged) expect((await ask(under, `Bearer ${one}`)).status).toBe(401);
  expect(under.visits.filter(({ user }) => user !== "user@example.com")).toEqual([]);
});

test.each([
  ["Bearer a.b", 401, "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"],
  ["Bearer !.b.c", 401, "Jwt header is an invalid Base64url encoded"],
  ["Bearer YQ.e30.c", 401, "Jwt header is an invalid JSON"],
  [`Bearer ${part({})}.YQ.c`, 401, "Jwt payload is an invalid JSON"],
  [`Bearer ${unsigned({ iss: ISSUER })}`, 401, "Jwt issuer is not configured"],
  ["Basic dXNlcjpwYXNz", 403, "RBAC: access denied"],
  ["Bearer", 403, "RBAC: access denied"],
  ["", 403, "RBAC: access denied"],
])("an Authorization of %j is answered with %i %s", async (authorization, status, body) => {
  await using under = await startGateway();
  expect(await ask(under, authorization)).toMatchObject({ status, body });
});

test("tokens of service accounts are let in with --m2m, for that audience alone", async () => {
  const user = "system:serviceaccount:team-a:default-editor";
  const asked: (readonly string[])[] = [];
  const review = async (token: string, audiences: readonly string[]) => {
    asked.push(audiences);
    const authenticated = !token.includes(part({ iss: ISSUER, aud: ["bad"] }));
    return {
      authenticated,
      user: authenticated ? user : "",
      audiences,
      error: authenticated ? "" : "token is expired",
    };
  };
  const serviceAccounts = { issuer: ISSUER, review, audience: "gateway" };
  for (const generation of ["oauth2-proxy", "authservice"] as const) {
    await using under = await startGateway({ generation, serviceAccounts });
    expect((await ask(under, `Bearer ${unsigned({ iss: ISSUER, aud: "gateway" })}`)).body).toBe(`{"user":"${user}"}`);
    const other = await ask(under, `Bearer ${unsigned({ iss: ISSUER, aud: ["other"] })}`);
    expect(other.status).toBe(generation === "authservice" ? 302 : 403);
  }
  await using any = await startGateway({ serviceAccounts: { ...serviceAccounts, audience: "any" } });
  asked.length = 0;
  expect((await ask(any, `Bearer ${unsigned({ iss: ISSUER, aud: ["other"] })}`)).status).toBe(200);
  expect(asked).toEqual([["other"]]);
  expect((await ask(any, `Bearer ${unsigned({ iss: ISSUER, aud: ["bad"] })}`)).body).toBe("Jwt is expired");
});

test("an Envoy that asks is told with whose name and token a request goes on, and what else to answer", async () => {
  await using under = await startGateway({ extAuthzPort: 0 });
  const { Browser } = await import("./browser.ts");
  const browser = under.browser();
  await browser.logIn(START);
  const envoy = new Browser(under.gateway.extAuthzPort ?? 0, browser.host);
  expect((await envoy.send(API)).status).toBe(401);
  for (const [name, value] of browser.cookies) envoy.cookies.set(name, value);
  const { status, headers, body } = await envoy.send(API, { method: "POST" });
  expect({ status, body, user: headers["kubeflow-userid"] }).toEqual({
    status: 200,
    body: "",
    user: "user@example.com",
  });
  expect((await ask(under, headers.authorization ?? "")).body).toBe('{"user":"user@example.com"}');
});

test("an Envoy is told to take away what a client says of its name where nobody is logged in", async () => {
  await using under = await startGateway({
    generation: "authservice",
    extAuthzPort: 0,
    allowOrigins: ["https://a.example"],
  });
  const { Browser } = await import("./browser.ts");
  const envoy = new Browser(under.gateway.extAuthzPort ?? 0, under.browser().host);
  const preflight = { origin: "https://a.example", "access-control-request-method": "GET", "kubeflow-userid": "admin" };
  const { status, headers } = await envoy.send(API, { method: "OPTIONS", headers: preflight });
  expect({ status, user: headers["kubeflow-userid"] }).toEqual({ status: 200, user: undefined });
  expect(headers["x-envoy-auth-headers-to-remove"]?.split(",")).toContain("kubeflow-userid");
});

test("each generation says who somebody is where its programs ask", async () => {
  await using newer = await startGateway();
  const browser = newer.browser();
  await browser.logIn(START);
  const auth = await browser.send("/oauth2/auth");
  expect(auth).toMatchObject({ status: 202, body: "" });
  expect(auth.headers["x-auth-request-email"]).toBe("user@example.com");
  expect(JSON.parse((await browser.send("/oauth2/userinfo")).body)).toMatchObject({ email: "user@example.com" });
  await using older = await startGateway({ generation: "authservice" });
  const before = older.browser();
  await before.logIn("/pipeline");
  const verified = await before.send("/authservice/verify");
  expect(verified.status).toBe(204);
  expect(verified.headers["kubeflow-userid"]).toBe("user@example.com");
});
