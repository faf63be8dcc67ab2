import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLdap } from "../../../packages/kubeflow/src/identity/connectors/ldap/ldap-connector.ts";
import { groups, SERVICE } from "./entries.ts";
import { type Slapd, startSlapd } from "./slapd.ts";

let slapd: Slapd;
beforeAll(async () => {
  slapd = await startSlapd();
});
afterAll(() => slapd.close());

const never = () => new AbortController().signal;
let files = 0;

interface Given {
  /** What is said of the connection. */
  readonly connection?: string;
  readonly password?: string;
  readonly filter?: string;
  readonly timeoutMs?: number;
}

/** A connector of the directory, and what it logs. */
async function open({ connection, password = SERVICE.password, filter, timeoutMs }: Given = {}) {
  const path = join(slapd.room, `ldap-${++files}.yaml`);
  const lines = [
    connection ?? `host: 127.0.0.1:${slapd.port}\ninsecureNoSSL: true`,
    `bindDN: ${SERVICE.dn}`,
    "bindPWEnv: LDAP_PASSWORD",
    "userSearch:",
    "  baseDN: dc=example,dc=org",
    ...(filter === undefined ? [] : [`  filter: ${JSON.stringify(filter)}`]),
    "  username: uid",
    "  idAttr: uid",
    "  emailAttr: mail",
    "  nameAttr: cn",
    "groupSearch:",
    "  baseDN: ou=groups,dc=example,dc=org",
    "  filter: (objectClass=groupOfNames)",
    "  userMatchers:",
    "  - userAttr: DN",
    "    groupAttr: member",
    "  nameAttr: cn",
  ];
  writeFileSync(path, lines.join("\n"));
  const logged: string[] = [];
  const tell = (_: unknown, message: string) => logged.push(message);
  const log = { debug: tell, info: tell, warn: tell, error: tell };
  const connector = await openLdap({ path, env: { LDAP_PASSWORD: password }, log, timeoutMs });
  const check = (name: string, word: string, signal = never()) => connector.check(name, word, signal);
  return { connector, check, logged };
}

const refused = { outcome: "refused" };
const ann = { id: "ann", email: "ann@example.org", name: "Ann Example", groups };
const ben = { id: "ben", email: "Ben@Example.org", name: "Ben Example", groups: [] };

describe("a login with OpenLDAP", () => {
  it("is accepted with the right password, and brings all two hundred groups", async () => {
    const { check, logged } = await open();
    const { account } = { account: undefined, ...(await check("ann", "ann's password")) };
    expect(account).toEqual({ ...ann, groups: expect.any(Array) });
    expect([...(account as unknown as typeof ann).groups].sort()).toEqual(groups);
    expect(logged).toEqual([]);
  });

  it("is accepted for who is in no group", async () => {
    const { check } = await open();
    expect(await check("ben", "ben's password")).toEqual({ outcome: "accepted", account: ben });
  });

  it.each([
    ["a wrong password", "ann", "ben's password"],
    ["a name that nobody has", "nobody", "ann's password"],
    ["an empty password, which a directory would take for none", "ann", ""],
    ["an empty name", "", "ann's password"],
    ["an entry without a password", "nopassword", "x"],
    ["a password that has a NUL behind it", "ann", "ann's password\0"],
    ["a name that has a NUL behind it", "ann\0", "ann's password"],
    ["every name at once", "*", "ann's password"],
    ["the beginning of a name", "an*", "ann's password"],
    ["a filter in the name", "ann)(objectClass=*", "ann's password"],
    ["a filter that is always true in the name", "*)(|(uid=*", "ann's password"],
    ["a backslash that would escape", "ann\\", "ann's password"],
    ["an escaped name", "\\61nn", "ann's password"],
    ["the name of an entry", "cn=Ann Example,ou=people,dc=example,dc=org", "ann's password"],
  ])("is refused for %s", async (_, name, password) => {
    const { check, logged } = await open();
    expect(await check(name, password)).toEqual(refused);
    expect(logged).toEqual([]);
  });

  it("is refused for a name that several entries have, and told", async () => {
    const { check, logged } = await open();
    expect(await check("twice", "twice's password")).toEqual(refused);
    expect(logged).toEqual(['several entries have the uid "twice": none of them can log in with it']);
  });

  it("is refused for an entry without an e-mail address, and told", async () => {
    const { check, logged } = await open();
    expect(await check("nomail", "nomail's password")).toEqual(refused);
    expect(logged).toEqual(["cn=No Mail,ou=people,dc=example,dc=org cannot log in: the entry has no mail (emailAttr)"]);
  });

  it("is accepted for a name that would mean something in a filter", async () => {
    const { check } = await open();
    expect(await check("star*", "star's password")).toMatchObject({ account: { email: "star@example.org" } });
  });

  it("is for those alone whom the filter lets in", async () => {
    const { check } = await open({ filter: "(&(objectClass=person)(mail=ann@*))" });
    expect(await check("ann", "ann's password")).toMatchObject({ outcome: "accepted" });
    expect(await check("ben", "ben's password")).toEqual(refused);
  });

  it("can be looked up again without a password", async () => {
    const { connector } = await open();
    expect(await connector.find("ben")).toEqual(ben);
    expect(await connector.find("ann")).toMatchObject({ groups: expect.arrayContaining(groups) });
    expect(await connector.find("nobody")).toBeUndefined();
    expect(await connector.find("*")).toBeUndefined();
  });
});

describe("a connection to OpenLDAP", () => {
  const tls = () => `host: localhost:${slapd.tlsPort}`;
  const startTls = () => `host: 127.0.0.1:${slapd.port}\nstartTLS: true`;

  it.each([
    ["TLS", tls],
    ["StartTLS", startTls],
  ])("is protected with %s and the directory's own authority", async (_, connection) => {
    const { check } = await open({ connection: `${connection()}\nrootCA: ca.crt` });
    expect(await check("ben", "ben's password")).toEqual({ outcome: "accepted", account: ben });
    expect(await check("ben", "wrong")).toEqual(refused);
  });

  it.each([
    ["an authority that nobody has named, with TLS", () => tls()],
    ["an authority that nobody has named, with StartTLS", () => startTls()],
    ["another authority, with TLS", () => `${tls()}\nrootCA: other-ca.crt`],
    ["another authority, with StartTLS", () => `${startTls()}\nrootCA: other-ca.crt`],
  ])("is not made with a certificate of %s", async (_, connection) => {
    const { check, logged } = await open({ connection: connection() });
    await expect(check("ben", "ben's password")).rejects.toThrow(/certificate.*\([A-Z_]+\)/);
    expect(logged).toHaveLength(1);
  });

  it("is made with any certificate where nobody is to look", async () => {
    const { check } = await open({ connection: `${tls()}\ninsecureSkipVerify: true` });
    expect(await check("ben", "ben's password")).toMatchObject({ outcome: "accepted" });
  });

  it("is not made without TLS to a port that speaks it, nor the other way round", async () => {
    const plain = await open({ connection: `host: 127.0.0.1:${slapd.tlsPort}\ninsecureNoSSL: true`, timeoutMs: 3000 });
    await expect(plain.check("ben", "ben's password")).rejects.toMatchObject({ name: "ConnectorUnavailableError" });
    const secured = await open({ connection: `host: 127.0.0.1:${slapd.port}\nrootCA: ca.crt`, timeoutMs: 3000 });
    await expect(secured.check("ben", "ben's password")).rejects.toMatchObject({ name: "ConnectorUnavailableError" });
  });

  it("fails where the service's password is wrong, and never says which one was tried", async () => {
    const { check, logged } = await open({ password: "not the service's" });
    await expect(check("ben", "ben's password")).rejects.toThrow(
      /^The directory 127\.0\.0\.1:\d+ refuses bindDN cn=service,dc=example,dc=org or its password\.$/,
    );
    expect(logged.join()).not.toMatch(/not the service's|ben's password/);
  });
});

describe("OpenLDAP that is away", () => {
  it("makes logins fail at once, and is there again as soon as it is", async () => {
    const { check } = await open();
    expect(await check("ben", "ben's password")).toMatchObject({ outcome: "accepted" });
    await slapd.kill();
    try {
      await expect(check("ben", "ben's password")).rejects.toThrow(/nothing listens there \(ECONNREFUSED\)/);
    } finally {
      await slapd.start();
    }
    expect(await check("ben", "ben's password")).toMatchObject({ outcome: "accepted" });
  });

  it("makes a login fail when it dies meanwhile", async () => {
    const { check } = await open();
    slapd.freeze();
    const login = check("ben", "ben's password").catch(({ message }: Error) => message);
    // Frozen, it has said nothing yet, however long this takes.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await slapd.kill();
    await slapd.start();
    expect(await login).toMatch(/^The directory 127\.0\.0\.1:\d+ cannot be asked: it has closed the connection\.$/);
  });

  it("makes a login fail in time when it does not answer, and not before somebody gives up", async () => {
    const { check } = await open({ timeoutMs: 1000 });
    slapd.freeze();
    try {
      await expect(check("ben", "ben's password")).rejects.toThrow(/it takes longer than 1 s/);
      const gone = new AbortController();
      const login = check("ben", "ben's password", gone.signal);
      gone.abort(new Error("gone"));
      await expect(login).rejects.toThrow("gone");
    } finally {
      slapd.thaw();
    }
    expect(await check("ben", "ben's password")).toMatchObject({ outcome: "accepted" });
  });

  it("serves eighty logins at once, and says so where there are more", async () => {
    const { check } = await open();
    const outcomes = await Promise.all(
      Array.from({ length: 80 }, (_, index) =>
        check(index % 2 ? "ann" : "ben", index % 2 ? "ann's password" : "wrong"),
      ),
    );
    expect(outcomes.filter(({ outcome }) => outcome === "accepted")).toHaveLength(40);
    const tooMany = await Promise.allSettled(Array.from({ length: 100 }, () => check("ben", "ben's password")));
    expect(tooMany.filter(({ status }) => status === "fulfilled")).toHaveLength(80);
  });
});
