import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLdapConfiguration } from "../../../src/identity/connectors/ldap/read-ldap-configuration.ts";
import { room } from "./room.ts";

const search = `userSearch:
  baseDN: ou=people,dc=example,dc=org
  username: uid
  idAttr: uid
  emailAttr: mail
`;

async function read(text: string, { env = {}, mode = 0o600, files = {} as Record<string, string> } = {}) {
  const folder = room();
  const path = join(folder, "ldap.yaml");
  writeFileSync(path, text);
  chmodSync(path, mode);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return await readLdapConfiguration(path, env).catch((error: Error) => {
    throw new Error(error.message.replaceAll(`${folder}/`, ""));
  });
}

describe("the configuration of a directory", () => {
  it("is that of a connector of Dex, alone or with everything around it", async () => {
    const config = `host: ldap.example.com
bindDN: cn=service,dc=example,dc=org
bindPW: "its password"
usernamePrompt: Account
${search}  filter: (objectClass=person)
  nameAttr: cn
  preferredUsernameAttr: uid
groupSearch:
  baseDN: ou=groups,dc=example,dc=org
  filter: (objectClass=groupOfNames)
  userMatchers:
  - userAttr: DN
    groupAttr: member
  nameAttr: cn
`;
    const indented = config.replaceAll(/^/gm, "    ").trimEnd();
    const bare = await read(config);
    expect(bare).toEqual({
      id: "ldap",
      name: "LDAP",
      usernamePrompt: "Account",
      host: "ldap.example.com",
      port: 636,
      protection: "tls",
      insecureSkipVerify: false,
      rootCA: undefined,
      clientCertificate: undefined,
      service: { dn: "cn=service,dc=example,dc=org", password: "its password" },
      userSearch: {
        baseDN: "ou=people,dc=example,dc=org",
        filter: "(objectClass=person)",
        username: "uid",
        scope: "sub",
        idAttr: "uid",
        emailAttr: "mail",
        emailSuffix: undefined,
        nameAttr: "cn",
        preferredUsernameAttr: "uid",
      },
      groupSearch: {
        baseDN: "ou=groups,dc=example,dc=org",
        filter: "(objectClass=groupOfNames)",
        scope: "sub",
        userMatchers: [{ userAttr: "DN", groupAttr: "member" }],
        nameAttr: "cn",
      },
    });
    const whole = `issuer: http://localhost/dex\nconnectors:\n- type: oidc\n  id: google\n- type: ldap\n  id: corp\n  name: Corp\n  config:\n${indented}\n`;
    expect(await read(whole)).toEqual({ ...bare, id: "corp", name: "Corp" });
    expect(await read(`type: ldap\nid: corp\nname: Corp\nconfig:\n${indented}\n`)).toEqual({
      ...bare,
      id: "corp",
      name: "Corp",
    });
  });

  it.each([
    ["host: a", "a", 636, "tls"],
    ["host: a:1636", "a", 1636, "tls"],
    ["host: a\nstartTLS: true", "a", 389, "startTLS"],
    ["host: a\ninsecureNoSSL: true", "a", 389, "none"],
    ['host: "[::1]:3890"\ninsecureNoSSL: true', "::1", 3890, "none"],
  ])("has TLS unless it says otherwise: %j", async (lines, host, port, protection) => {
    expect(await read(`${lines}\n${search}`)).toMatchObject({ host, port, protection });
  });

  it.each([
    ["bindPWFile: secret", {}],
    ["bindPWEnv: SECRET", { SECRET: "s3cret" }],
    ["bindPW: $SECRET", { SECRET: "s3cret" }],
    [`bindPW: \${SECRET}`, { SECRET: "s3cret" }],
  ])("has the service's password by reference, and may be read by others then: %s", async (line, env) => {
    const text = `host: a\nbindDN: cn=s\n${line}\n${search}`;
    expect(await read(text, { env, mode: 0o644, files: { secret: "s3cret\n" } })).toMatchObject({
      service: { dn: "cn=s", password: "s3cret" },
    });
  });

  it("can name certificates beside it", async () => {
    const pem = "-----BEGIN CERTIFICATE-----\n";
    const text = `host: a\nrootCA: ca.crt\nclientCert: c.crt\nclientKey: c.key\n${search}`;
    expect(await read(text, { files: { "ca.crt": pem, "c.crt": pem, "c.key": pem } })).toMatchObject({
      rootCA: pem,
      clientCertificate: { cert: pem, key: pem },
    });
    expect(await read(`host: a\nrootCAData: ${Buffer.from(pem).toString("base64")}\n${search}`)).toMatchObject({
      rootCA: pem,
    });
  });

  it("may have what matches users to groups as older versions of Dex had it", async () => {
    const groups = "groupSearch:\n  baseDN: ou=g\n  nameAttr: cn\n  userAttr: uid\n  groupAttr: memberUid\n";
    expect(await read(`host: a\n${search}${groups}`)).toMatchObject({
      groupSearch: { userMatchers: [{ userAttr: "uid", groupAttr: "memberUid" }] },
    });
  });

  const groups = (lines: string) => `host: a\n${search}groupSearch:\n${lines}`;
  it.each([
    ["nothing", "", /^ldap\.yaml:1:1: The file is empty/],
    ["no host", search, /1:1: host is missing/],
    ["a URL for a host", `host: ldap://a\n${search}`, /1:7: host has to be a host.*without ldap:\/\//],
    ["a port that is none", `host: a:70000\n${search}`, /1:7: The port of host is none/],
    ["both protections", `host: a\nstartTLS: true\ninsecureNoSSL: true\n${search}`, /3:16: .* say the opposite/],
    ["an unknown field", `host: a\nport: 389\n${search}`, /2:1: Unknown field "port"/],
    [
      "an unknown field within",
      `host: a\n${search}  userName: uid\n`,
      /7:3: Unknown field "userName".*Right: username/,
    ],
    ["no userSearch", "host: a\n", /userSearch\.baseDN is missing/],
    ["no idAttr", `host: a\n${search.replace("  idAttr: uid\n", "")}`, /3:3: userSearch\.idAttr is missing/],
    [
      "an attribute that is none",
      `host: a\n${search}  nameAttr: "a)(b"\n`,
      /7:13: nameAttr is no name of an attribute/,
    ],
    ["a filter that is none", `host: a\n${search}  filter: "(a=b"\n`, /7:11: filter is none of LDAP/],
    ["an unknown scope", `host: a\n${search}  scope: base\n`, /7:10: scope is sub/],
    ["groups without matchers", groups("  baseDN: ou=g\n  nameAttr: cn\n"), /userMatchers is missing/],
    [
      "half a matcher",
      groups("  baseDN: ou=g\n  nameAttr: cn\n  userMatchers: [{userAttr: DN}]\n"),
      /10:17: A matcher needs/,
    ],
    ["a password of nobody", `host: a\nbindPWEnv: X\n${search}`, /2:12: There is a password, and no bindDN/],
    ["nobody's password", `host: a\nbindDN: cn=s\n${search}`, /2:9: bindDN has no password/],
    ["two passwords", `host: a\nbindDN: cn=s\nbindPW: a\nbindPWEnv: X\n${search}`, /bindPW and bindPWEnv are there/],
    ["a variable that is not set", `host: a\nbindDN: cn=s\nbindPWEnv: X\n${search}`, /3:12: .* X is not set/],
    ["a file that is not there", `host: a\nbindDN: cn=s\nbindPWFile: x\n${search}`, /3:13: x cannot be read: ENOENT/],
    ["a certificate that is not there", `host: a\nrootCA: x\n${search}`, /2:9: x cannot be read: ENOENT/],
    ["half a client certificate", `host: a\nclientCert: ldap.yaml\n${search}`, /2:13: clientCert and clientKey/],
    ["another connector", "connectors:\n- type: oidc\n", /2:1: None of the connectors is of type ldap/],
    ["two directories", "connectors:\n- type: ldap\n- type: ldap\n", /3:3: There is a connector of type ldap before/],
    ["an id that is taken", "type: ldap\nid: local\nconfig: {}\n", /2:5: The id of the connector/],
  ])("is refused for %s, by line and remedy", async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it("is refused where others can read the password in it, and does not tell it", async () => {
    const text = `host: a\nbindDN: cn=s\nbindPW: s3cret\n${search}`;
    await expect(read(text, { mode: 0o644 })).rejects.toThrow(/3:9: bindPW stands in a file that others can read/);
    await expect(read(text, { mode: 0o644 })).rejects.not.toThrow("s3cret");
  });
});
