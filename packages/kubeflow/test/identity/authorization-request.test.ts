import { expect, test } from "vitest";
import { readAuthorizationRequest } from "../../src/identity/authorization-request.ts";
import { GATEWAY_CLIENT_ID, PUBLIC_CLIENT_ID } from "../../src/identity/identity-provider.ts";
import { CALLBACK, clients } from "./provider-under-test.ts";

const known = new Map(clients().map((client) => [client.id, client]));
const ISSUER = "http://localhost:8080/dex";

const good = {
  client_id: PUBLIC_CLIENT_ID,
  redirect_uri: "http://127.0.0.1:49152/callback",
  response_type: "code",
  scope: "openid email",
  state: "the state",
  code_challenge: "a".repeat(43),
  code_challenge_method: "S256",
};

function read(changes: Readonly<Record<string, string | undefined>>) {
  const parameters = Object.entries({ ...good, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return readAuthorizationRequest(new URLSearchParams(Object.fromEntries(parameters)).toString(), known, ISSUER);
}

test("a request keeps what it asked for, and passes over scopes that mean nothing here", () => {
  expect(read({ scope: "openid federated:id groups  email", nonce: "n" })).toMatchObject({
    outcome: "accepted",
    request: { scopes: ["openid", "email", "groups"], state: "the state", nonce: "n" },
  });
});

test("prompt and max_age are passed over, since everybody is asked for their password anyway", () => {
  for (const prompt of ["none", "login", "consent", "garbage"]) {
    expect(read({ prompt, max_age: "0" }).outcome).toBe("accepted");
  }
});

test.for([
  ["invalid_request", { code_challenge: undefined, code_challenge_method: undefined }],
  ["invalid_request", { code_challenge: undefined }],
  ["invalid_request", { code_challenge_method: undefined }],
  ["invalid_request", { code_challenge_method: "plain" }],
  ["invalid_request", { code_challenge: "short" }],
  ["invalid_request", { response_type: undefined }],
  ["invalid_request", { response_mode: "fragment" }],
  ["unsupported_response_type", { response_type: "token" }],
  ["unsupported_response_type", { response_type: "id_token token" }],
  ["unsupported_response_type", { response_type: "code id_token" }],
  ["invalid_scope", { scope: "email" }],
  ["invalid_scope", { scope: undefined }],
  ["request_not_supported", { request: "e30.e30." }],
  ["request_uri_not_supported", { request_uri: "https://elsewhere.example/request" }],
] as const)("a fault is told to the program at its address: %s for %o", ([error, changes]) => {
  const outcome = read(changes);
  if (outcome.outcome !== "returned") throw new Error(`it was ${outcome.outcome}`);
  const url = new URL(outcome.location);
  expect(url.origin + url.pathname).toBe(good.redirect_uri);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({ error, state: "the state", iss: ISSUER });
});

test.for(["http://127.0.0.1/", "http://127.0.0.1:1/any/path?and=query", "http://localhost:65535/callback"])(
  "a program on somebody's machine may be called back at any port and path of it: %s",
  (uri) => {
    expect(read({ redirect_uri: uri }).outcome).toBe("accepted");
  },
);

test.for([
  undefined,
  "",
  "/oauth2/callback",
  "https://elsewhere.example/",
  "http://127.0.0.1.elsewhere.example/",
  "http://127.0.0.1@elsewhere.example/",
  "http://elsewhere.example#127.0.0.1",
  "http://localhost:1\\@elsewhere.example/",
  "http://user:pass@127.0.0.1:1/",
  "http://127.0.0.1:1/#fragment",
  "https://127.0.0.1:1/",
  "http://127.0.0.2:1/",
  "http://[::1]:1/",
  "http://2130706433@elsewhere.example/",
  "javascript:alert(1)",
  "javascript://127.0.0.1/%0aalert(1)",
  "//127.0.0.1/",
  "http://127.0.0.1:1/\r\nset-cookie: a=b",
])("nobody is sent to an address that is not the program's own: %s", (uri) => {
  expect(read({ redirect_uri: uri }).outcome).toBe("refused");
});

test.for([
  "http://localhost:8081/oauth2/callback",
  "http://localhost:8080/oauth2/callback/",
  "http://localhost:8080/oauth2/callback?a=b",
  "http://127.0.0.1:8080/oauth2/callback",
  "//oauth2/callback",
  "/oauth2/callback/../elsewhere",
])("a confidential client is called back where it said, to the letter: not at %s", (uri) => {
  expect(read({ client_id: GATEWAY_CLIENT_ID, redirect_uri: uri }).outcome).toBe("refused");
});

test("a confidential client may leave PKCE out, and have a path of this origin", () => {
  const without = { client_id: GATEWAY_CLIENT_ID, code_challenge: undefined, code_challenge_method: undefined };
  expect(read({ ...without, redirect_uri: CALLBACK }).outcome).toBe("accepted");
  expect(read({ ...without, redirect_uri: "/oauth2/callback" }).outcome).toBe("accepted");
});

test("a request of nobody, one that says a thing twice, or an endless one leads nowhere", () => {
  expect(read({ client_id: "nobody" }).outcome).toBe("refused");
  expect(read({ client_id: undefined }).outcome).toBe("refused");
  expect(read({ client_id: "__proto__" }).outcome).toBe("refused");
  const twice = `${new URLSearchParams(good)}&redirect_uri=https%3A%2F%2Felsewhere.example%2F`;
  expect(readAuthorizationRequest(twice, known, ISSUER).outcome).toBe("refused");
  expect(read({ state: "x".repeat(5000) }).outcome).toBe("refused");
});
