import { describe, expect, it } from "vitest";
import { readUsers } from "../../../src/identity/connectors/static-passwords/read-users.ts";

const hash = "$2y$12$4K/VkmDd1q1Orb3xAt82zu8gk7Ad6ReFR4LCP9UeYE90NLiN9Df72";

function problem(text: string, env = {}): string {
  try {
    readUsers(text, "users.yaml", env);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

function user(fields: string): string {
  return `staticPasswords:\n- email: a@example.com\n  userID: "1"\n${fields}`;
}

describe("a file of users", () => {
  it("is the configuration of Dex, as Kubeflow installs it", () => {
    const text = `issuer: http://dex.auth.svc.cluster.local:5556/dex
storage: {type: kubernetes, config: {inCluster: true}}
web: {http: "0.0.0.0:5556"}
oauth2: {skipApprovalScreen: true}
enablePasswordDB: true
staticPasswords:
- email: user@example.com
  hashFromEnv: DEX_USER_PASSWORD
  username: user
  userID: "15841185641784"
staticClients:
- idEnv: OIDC_CLIENT_ID
`;
    expect(readUsers(text, "dex.yaml", { DEX_USER_PASSWORD: hash })).toEqual([
      { account: { id: "15841185641784", email: "user@example.com", name: "user", groups: [] }, hash },
    ]);
  });

  it("may have groups, a name for people, and hashes in base64 as Dex stores them", () => {
    const base64 = Buffer.from(hash).toString("base64");
    const [read] = readUsers(
      user(`  hash: ${base64}\n  name: Ann\n  username: a\n  groups: [team-a, team-b]\n`),
      "f",
      {},
    );
    expect(read).toEqual({
      account: { id: "1", email: "a@example.com", name: "Ann", groups: ["team-a", "team-b"] },
      hash,
    });
  });

  it("may be empty", () => {
    expect(readUsers("", "f", {})).toEqual([]);
    expect(readUsers("staticPasswords:\n", "f", {})).toEqual([]);
  });

  it.each([
    ["no hash", user(""), /^users\.yaml:2:3: A user needs a hash\. Make one: kfp-ts passwords hash\.$/],
    [
      "a password instead of a hash",
      user("  hash: secret-text\n"),
      /^users\.yaml:4:9: The hash is none that bcrypt has made/,
    ],
    [
      "a hash that is cheap to try",
      user(`  hash: ${hash.replace("$12$", "$04$")}\n`),
      /4:9: The hash has a cost of 4, and 10 to 16/,
    ],
    [
      "a hash that nobody can wait for",
      user(`  hash: ${hash.replace("$12$", "$31$")}\n`),
      /4:9: The hash has a cost of 31/,
    ],
    ["a hash twice", user(`  hash: ${hash}\n  hashFromEnv: X\n`), /5:16: .* both/],
    [
      "a variable that is not set",
      user("  hashFromEnv: NOT_SET\n"),
      /4:16: The environment variable NOT_SET is not set/,
    ],
    [
      "a number for a userID",
      `staticPasswords:\n- email: a@b\n  userID: 15\n  hash: ${hash}\n`,
      /3:11: .*userID is a number \(15\) .*quotes/,
    ],
    ["no userID", `staticPasswords:\n- email: a@b\n  hash: ${hash}\n`, /2:3: A user needs a userID/],
    ["an unknown field", user(`  hash: ${hash}\n  group: a\n`), /5:3: Unknown field "group".*Right: groups/],
    ["no list", "staticPasswords: {}\n", /1:18: staticPasswords has to be a list/],
    ["something else altogether", "a: b\n", /1:1: There is no staticPasswords here/],
    ["a ConfigMap around it", "kind: ConfigMap\ndata: {}\n", /1:7: This is a ConfigMap.*kubectl get configmap/],
    ["no YAML", "staticPasswords: [\n", /^users\.yaml:\d+:\d+: No YAML/],
  ])("is refused for %s, by line and remedy", (_, text, message) => {
    expect(problem(text)).toMatch(message);
  });

  it.each([
    ["an e-mail address in other case", "A@Example.com", "2", /5:10: Another user has this email, at users\.yaml:2:3/],
    ["a userID", "b@example.com", "1", /6:11: Another user has this userID, at users\.yaml:2:3/],
  ])("is refused for two users with %s", (_, email, id, message) => {
    const text = `${user(`  hash: ${hash}\n`)}- email: ${email}\n  userID: "${id}"\n  hash: ${hash}\n`;
    expect(problem(text)).toMatch(message);
  });

  it("never has a hash or a password told in a message", () => {
    expect(problem(user("  hash: secret-text\n"))).not.toContain("secret-text");
    expect(problem(user(`  hash: ${hash}x\n`))).not.toContain(hash);
    expect(problem(user("  hashFromEnv: X\n"), { X: "secret-text" })).not.toContain("secret-text");
  });
});
