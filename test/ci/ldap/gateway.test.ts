import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, dexPassword, type KfpError } from "@kfp-ts/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedKubeflow, serveKubeflow } from "../support/kubeflow-command.ts";
import { SERVICE } from "./entries.ts";
import { type Slapd, startSlapd } from "./slapd.ts";

let slapd: Slapd;
beforeAll(async () => {
  slapd = await startSlapd();
  writeFileSync(join(slapd.room, "service-password"), `${SERVICE.password}\n`);
  writeFileSync(
    join(slapd.room, "dex.yaml"),
    `issuer: http://localhost:8080/dex
connectors:
- type: ldap
  id: ldap
  name: Our people
  config:
    host: localhost:${slapd.port}
    startTLS: true
    rootCA: ca.crt
    bindDN: ${SERVICE.dn}
    bindPWFile: service-password
    userSearch:
      baseDN: ou=people,dc=example,dc=org
      username: uid
      idAttr: uid
      emailAttr: mail
      nameAttr: cn
    groupSearch:
      baseDN: ou=groups,dc=example,dc=org
      userMatchers: [{ userAttr: DN, groupAttr: member }]
      nameAttr: cn
`,
  );
  writeFileSync(
    join(slapd.room, "profiles.yaml"),
    ["ann@example.org", "Ben@Example.org"]
      .map(
        (owner, index) =>
          `---\napiVersion: kubeflow.org/v1\nkind: Profile\nmetadata: { name: ${["ann", "ben"][index]} }\nspec: { owner: { kind: User, name: ${owner} } }\n`,
      )
      .join(""),
  );
});
afterAll(() => slapd.close());

describe.each(["oauth2-proxy", "authservice"])("people of OpenLDAP, at a gateway like %s", (generation) => {
  let served: ServedKubeflow;
  beforeAll(async () => {
    const files = ["--ldap", join(slapd.room, "dex.yaml"), "--rbac", join(slapd.room, "profiles.yaml")];
    served = await serveKubeflow("--gateway", generation, ...files);
  });
  afterAll(() => served.stop());

  const as = (username: string, password: string, namespace: string, connector?: string) =>
    new Client({ host: served.gateway, namespace, credentials: dexPassword({ username, password, connector }) });

  it.each([
    ["who is in two hundred groups", "ann"],
    ["who is in none", "ben"],
  ])("log in, %s, and reach their namespace", async (_, name) => {
    const kfp = as(name, `${name}'s password`, name, "ldap");
    const made = await kfp.experiments.create({ displayName: `${generation} of ${name}` });
    expect(made.namespace).toBe(name);
    expect((await kfp.experiments.get(made.experimentId ?? "")).displayName).toBe(`${generation} of ${name}`);
  });

  it("reach no namespace of others", async () => {
    await expect(as("ben", "ben's password", "ann", "ldap").experiments.list()).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
  });

  it.each([
    ["a wrong password", "ann", "wrong"],
    ["a filter for a name", "*", "ann's password"],
  ])("are told that they are refused for %s", async (_, name, password) => {
    await expect(as(name, password, "ann", "ldap").experiments.list()).rejects.toMatchObject({ code: "LOGIN_REFUSED" });
  });

  it("are nobody to the file of users, whose own come in beside them", async () => {
    await expect(as("ann", "ann's password", "ann", "local").experiments.list()).rejects.toMatchObject({
      code: "LOGIN_REFUSED",
    });
    const kfp = as("user@example.com", "12341234", "kubeflow-user-example-com", "local");
    expect((await kfp.experiments.list()).items.map(({ namespace }) => namespace)).toEqual([]);
  });

  it("are told that it cannot be found out while OpenLDAP is away, and come in when it is back", async () => {
    await slapd.kill();
    try {
      await expect(as("ann", "ann's password", "ann", "ldap").experiments.list()).rejects.toMatchObject({
        code: "LOGIN_UNAVAILABLE",
      });
    } finally {
      await slapd.start();
    }
    const found = await as("ann", "ann's password", "ann", "ldap").experiments.list();
    expect(found.items).toHaveLength(1);
  });

  it("are slowed down after five wrong passwords", async () => {
    const codes: unknown[] = [];
    // On a machine that stands still for a second the sixth is looked at too; but the waits grow.
    while (codes.at(-1) !== "LOGIN_UNAVAILABLE" && codes.length < 12) {
      await as("star*", "wrong", "ann", "ldap")
        .experiments.list()
        .catch((error: unknown) => codes.push((error as KfpError).code));
    }
    expect(codes.slice(0, 5)).toEqual(Array(5).fill("LOGIN_REFUSED"));
    expect(codes.at(-1)).toBe("LOGIN_UNAVAILABLE");
  });

  it("have no password in what the server says", () => {
    expect(served.said()).not.toMatch(/ann's password|ben's password|the service's/);
  });
});
