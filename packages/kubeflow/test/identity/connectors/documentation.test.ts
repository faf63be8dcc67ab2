import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readLdapConfiguration } from "../../../src/identity/connectors/ldap/read-ldap-configuration.ts";
import { readUsers } from "../../../src/identity/connectors/static-passwords/read-users.ts";
import { room } from "./room.ts";

const text = readFileSync(new URL("../../../../../docs/identity.md", import.meta.url), "utf8");

function blockWith(word: string): string {
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block = ""]) => block);
  return blocks.find((block) => block.includes(word)) ?? "";
}

it("docs/identity.md has a file of users that is one", () => {
  const hash = "$2y$12$4K/VkmDd1q1Orb3xAt82zu8gk7Ad6ReFR4LCP9UeYE90NLiN9Df72";
  const users = readUsers(blockWith("staticPasswords"), "docs", { CI_PASSWORD_HASH: hash });
  expect(users.map(({ account }) => [account.email, account.name])).toEqual([
    ["alice@example.com", "alice"],
    ["ci@example.com", "ci@example.com"],
  ]);
});

it("docs/identity.md has a configuration of a directory that is one", async () => {
  const folder = room();
  writeFileSync(join(folder, "ldap.yaml"), blockWith("userSearch"));
  writeFileSync(join(folder, "ca.crt"), "-----BEGIN CERTIFICATE-----\n");
  writeFileSync(join(folder, "ldap-password"), "its password\n");
  expect(await readLdapConfiguration(join(folder, "ldap.yaml"), {})).toMatchObject({
    protection: "tls",
    service: { password: "its password" },
    groupSearch: { userMatchers: [{ userAttr: "DN", groupAttr: "member" }] },
  });
});
