import { describe, expect, test } from "vitest";
import { readCredentialsDescription } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { serviceAccountToken } from "../helpers/tokens.ts";

const jwt = serviceAccountToken();

describe("a description of credentials", () => {
  test.each([
    { kind: "dex-password", username: "user@example.com", password: { env: "KFP_PASSWORD" } },
    {
      kind: "dex-password",
      username: "u",
      password: { command: ["pass", "show", "k"] },
      connector: "ldap",
      loginOrigins: ["https://sso.example.com"],
    },
    { kind: "bearer-token", token: { file: "/run/secrets/token" } },
    { kind: "bearer-token", token: { file: "~/.config/token" } },
    { kind: "cookies", cookies: { env: "COOKIES" } },
    { kind: "command", command: ["gcloud", "auth", "print-identity-token"], interactive: true },
    { kind: "browser" },
    { kind: "browser", issuer: "https://example.com/dex", clientId: "x", scopes: ["openid"], port: 8000 },
    { kind: "service-account-token", path: "/var/run/token" },
    { kind: "kubernetes", serviceAccount: "default-editor", namespace: "team-a", context: "prod" },
    { kind: "session", username: "user@example.com" },
  ])("%j is read as it is", (description) => {
    expect(readCredentialsDescription(description)).toEqual(description);
  });

  test("has no key that is written down empty", () => {
    expect(readCredentialsDescription({ kind: "browser", issuer: null, port: undefined })).toEqual({ kind: "browser" });
  });

  test.each([
    ["a text", jwt, "credentials is a text"],
    ["no object", 7, "credentials is no object"],
    ["a list", [], "credentials is no object"],
    ["no kind", {}, "credentials has no kind"],
    ["an unknown kind", { kind: "magic" }, 'credentials.kind is "magic"'],
    ["a kind of the prototype", { kind: "toString" }, 'credentials.kind is "toString"'],
    ["a token as its kind", { kind: jwt }, "credentials.kind is something else"],
    [
      "a literal password",
      { kind: "dex-password", username: "u", password: "hunter2hunter2" },
      "credentials.password is a text",
    ],
    [
      "a password of digits",
      { kind: "dex-password", username: "u", password: 12341234 },
      "credentials.password is a text",
    ],
    ["a literal value", { kind: "bearer-token", token: { value: jwt } }, "credentials.token is a text"],
    ["a token as the variable", { kind: "bearer-token", token: { env: jwt } }, "credentials.token.env is no name"],
    ["a token as the path", { kind: "bearer-token", token: { file: jwt } }, "credentials.token.file"],
    ["a token as an argument", { kind: "command", command: ["echo", jwt] }, "credentials.command[1] is a token itself"],
    ["two references", { kind: "bearer-token", token: { env: "A", file: "/b" } }, "credentials.token has several keys"],
    ["an unknown reference", { kind: "bearer-token", token: { vault: "x" } }, "credentials.token.vault is no key"],
    [
      "a relative path",
      { kind: "bearer-token", token: { file: "token" } },
      "credentials.token.file is no absolute path",
    ],
    ["a command for a shell", { kind: "command", command: "gcloud | tail" }, "credentials.command is a text; no shell"],
    ["a missing key", { kind: "kubernetes" }, "credentials.serviceAccount is missing"],
    ["a mistyped key", { kind: "browser", isuer: "x" }, "credentials.isuer is no key"],
    [
      "an issuer with a user",
      { kind: "browser", issuer: "https://a:hunter2hunter2@b/dex" },
      "credentials.issuer is no http",
    ],
    [
      "more than an origin",
      { kind: "dex-password", username: "u", password: { env: "A" }, loginOrigins: ["https://a/b"] },
      "credentials.loginOrigins[0] is more",
    ],
    ["a port out of range", { kind: "browser", port: 70_000 }, "credentials.port is no port"],
    ["control characters", { kind: "session", username: "a\nb" }, "credentials.username is no text of one line"],
  ])("with %s is refused by the path of the key, and no secret is repeated", async (_what, value, words) => {
    const error = await failureOf(() => readCredentialsDescription(value));
    expect(error.code).toBe("BAD_OPTION");
    expect(error.message).toContain(words);
    expect(error.message + error.fix).not.toContain(jwt.slice(0, 40));
    expect(error.message + error.fix).not.toContain("hunter2");
    expect(error.message + error.fix).not.toContain("12341234");
  });

  test("is named as its configuration names it", async () => {
    const error = await failureOf(() => readCredentialsDescription({ kind: "x" }, "contexts.prod.credentials"));
    expect(error.message).toContain("contexts.prod.credentials.kind");
  });
});
