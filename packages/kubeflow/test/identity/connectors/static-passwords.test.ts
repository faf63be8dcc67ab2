import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import bcrypt from "bcryptjs";
import { afterEach, describe, expect, it } from "vitest";
import { setPassword } from "../../../src/identity/connectors/static-passwords/edit-users.ts";
import {
  openStaticPasswords,
  type StaticPasswords,
  type StaticPasswordsOptions,
} from "../../../src/identity/connectors/static-passwords/static-passwords.ts";
import { never, room } from "./room.ts";

const opened: StaticPasswords[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(
  options: Partial<StaticPasswordsOptions> = {},
): Promise<StaticPasswords & { readonly path: string }> {
  const path = options.path ?? join(room(), "kubeflow", "passwords.yaml");
  const users = await openStaticPasswords({ path, pollMs: 1_000_000, ...options });
  opened.push(users);
  return { ...users, path };
}

function oneUser(email: string, password: string, id = email): string {
  const fields = `  userID: ${JSON.stringify(id)}\n  hash: ${bcrypt.hashSync(password, 10)}\n`;
  return `staticPasswords:\n- email: ${email}\n${fields}`;
}

/** Compares without the work, and counts. */
function counting() {
  const hashes: string[] = [];
  const compare = async (password: string, hash: string) => {
    hashes.push(hash);
    return bcrypt.compareSync(password, hash);
  };
  return { hashes, compare };
}

describe("static passwords", () => {
  it("begin with Kubeflow's default user, in a file that nobody else can read", async () => {
    const users = await open();
    expect(await users.check("user@example.com", "12341234", never)).toEqual({
      outcome: "accepted",
      account: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), email: "user@example.com", name: "user", groups: [] },
    });
    expect(await users.check("user@example.com", "12341235", never)).toEqual({ outcome: "refused" });
    expect(statSync(users.path).mode & 0o777).toBe(0o600);
  });

  it("stay the same user over a restart", async () => {
    const first = await open();
    const [account] = first.accounts();
    const second = await open({ path: first.path });
    expect(second.accounts()).toEqual([account]);
    expect(await second.find(account?.id ?? "")).toEqual(account);
    expect(await second.find("somebody")).toBeUndefined();
  });

  it("compare e-mail addresses without case", async () => {
    const users = await open();
    expect(await users.check("USER@Example.com", "12341234", never)).toMatchObject({
      account: { email: "user@example.com" },
    });
  });

  it("follow the file: users added, changed and taken away", async () => {
    const users = await open();
    await setPassword(users.path, { email: "ann@example.com", password: "ann's" });
    expect(await users.check("ann@example.com", "ann's", never)).toEqual({ outcome: "refused" });
    await users.refresh();
    expect(await users.check("ann@example.com", "ann's", never)).toMatchObject({ account: { name: "ann" } });
    writeFileSync(users.path, oneUser("ben@example.com", "ben's"));
    await users.refresh();
    expect(await users.check("ann@example.com", "ann's", never)).toEqual({ outcome: "refused" });
    expect(await users.check("ben@example.com", "ben's", never)).toMatchObject({ outcome: "accepted" });
  });

  it("keep who was there when the file breaks or goes, and tell it once", async () => {
    const told: string[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (_: unknown, message: string) => told.push(message) };
    const users = await open({ log });
    const good = readFileSync(users.path, "utf8");
    for (const breakIt of [() => writeFileSync(users.path, "staticPasswords: 7\n"), () => rmSync(users.path)]) {
      breakIt();
      await users.refresh();
      await users.refresh();
      expect(await users.check("user@example.com", "12341234", never)).toMatchObject({ outcome: "accepted" });
    }
    expect(told).toEqual([
      expect.stringMatching(/who was in it before stays:\n.*passwords\.yaml:1:18: staticPasswords has to be a list/),
      expect.stringMatching(/who was in it before stays:\n.*passwords\.yaml:1:1: There is no such file/),
    ]);
    writeFileSync(users.path, good);
    await users.refresh();
    rmSync(users.path);
    await users.refresh();
    expect(told).toHaveLength(3);
  });

  it("are refused at the start where the file is wrong or open to others", async () => {
    const path = join(room(), "passwords.yaml");
    writeFileSync(path, "staticPasswords: 7\n", { mode: 0o600 });
    await expect(open({ path })).rejects.toThrow(/passwords\.yaml:1:18/);
    writeFileSync(path, "staticPasswords: []\n");
    chmodSync(path, 0o644);
    await expect(open({ path })).rejects.toThrow(/open to other users \(0644\)/);
  });

  it("can come from another file, whose users stand before those of the box", async () => {
    const more = join(room(), "dex.yaml");
    writeFileSync(more, oneUser("user@example.com", "mine", "m1"));
    const first = await open();
    const users = await open({ path: first.path, morePaths: [more] });
    expect(await users.check("user@example.com", "12341234", never)).toEqual({ outcome: "refused" });
    expect(await users.check("user@example.com", "mine", never)).toMatchObject({ account: { id: "m1" } });
    expect(await users.defaultPasswordIsValid()).toBe(false);
  });

  it("bring no default user where people bring theirs, and take up the box's own file when it comes", async () => {
    const folder = room();
    const [more, path] = [join(folder, "dex.yaml"), join(folder, "passwords.yaml")];
    writeFileSync(more, oneUser("ann@example.com", "ann's"));
    const users = await open({ path, morePaths: [more] });
    expect(users.accounts().map(({ email }) => email)).toEqual(["ann@example.com"]);
    await setPassword(path, { email: "ben@example.com", password: "ben's" });
    await users.refresh();
    expect(users.accounts().map(({ email }) => email)).toEqual(["ben@example.com", "ann@example.com"]);
  });

  it("warn where others can read the hashes in a file that people bring", async () => {
    const warned: string[] = [];
    const log = { debug() {}, info() {}, warn: (_: unknown, message: string) => warned.push(message), error() {} };
    const more = join(room(), "dex.yaml");
    writeFileSync(more, oneUser("ann@example.com", "ann's"), { mode: 0o644 });
    await open({ morePaths: [more], log });
    expect(warned).toEqual([expect.stringMatching(/read the hashes in .*chmod 600/)]);
  });
});

describe("a check of a password", () => {
  it("costs the same for a name that nobody has", async () => {
    const { hashes, compare } = counting();
    const users = await open({ compare });
    await users.check("nobody@example.com", "12341234", never);
    await users.check("user@example.com", "wrong", never);
    expect(hashes).toHaveLength(2);
    expect(hashes[0]).toBe(hashes[1]);
  });

  it("costs a hash where there is no user at all", async () => {
    const { hashes, compare } = counting();
    const path = join(room(), "passwords.yaml");
    writeFileSync(path, "staticPasswords: []\n", { mode: 0o600 });
    const users = await open({ path, compare });
    expect(await users.check("user@example.com", "12341234", never)).toEqual({ outcome: "refused" });
    expect(hashes).toHaveLength(1);
  });

  it("refuses an empty password unseen, whoever's name it is", async () => {
    const { hashes, compare } = counting();
    const users = await open({ compare });
    expect(await users.check("user@example.com", "", never)).toEqual({ outcome: "refused" });
    expect(await users.check("nobody@example.com", "", never)).toEqual({ outcome: "refused" });
    expect(hashes).toEqual([]);
  });

  it.each([
    ["longer than bcrypt looks at", "p".repeat(72), "p".repeat(73)],
    ["longer than that in bytes, not in letters", "ü".repeat(36), `${"ü".repeat(36)}x`],
    ["that a NUL makes alike", "abc", "abc\0abc"],
  ])("refuses a password %s", async (_, right, alike) => {
    const path = join(room(), "passwords.yaml");
    writeFileSync(path, oneUser("a@example.com", right), { mode: 0o600 });
    const users = await open({ path });
    expect(await users.check("a@example.com", right, never)).toMatchObject({ outcome: "accepted" });
    expect(await bcrypt.compare(alike, bcrypt.hashSync(right, 10))).toBe(true);
    expect(await users.check("a@example.com", alike, never)).toEqual({ outcome: "refused" });
  });

  it("takes a password as it is sent: letters that look alike are others", async () => {
    const path = join(room(), "passwords.yaml");
    writeFileSync(path, oneUser("a@example.com", "\u00e9"), { mode: 0o600 });
    const users = await open({ path });
    expect(await users.check("a@example.com", "\u00e9", never)).toMatchObject({ outcome: "accepted" });
    expect(await users.check("a@example.com", "e\u0301", never)).toEqual({ outcome: "refused" });
  });

  it.each(["2a", "2b", "2y"])("reads hashes of $%s$", async (version) => {
    const path = join(room(), "passwords.yaml");
    writeFileSync(path, oneUser("a@example.com", "mine").replace("$2b$", `$${version}$`), { mode: 0o600 });
    expect(await (await open({ path })).check("a@example.com", "mine", never)).toMatchObject({ outcome: "accepted" });
  });
});

describe("the password that everybody knows", () => {
  it("is valid until it is changed, or its user is gone", async () => {
    const users = await open();
    expect(await users.defaultPasswordIsValid()).toBe(true);
    await setPassword(users.path, { email: "user@example.com", password: "mine" });
    await users.refresh();
    expect(await users.defaultPasswordIsValid()).toBe(false);
    await setPassword(users.path, { email: "user@example.com", password: "12341234" });
    await users.refresh();
    expect(await users.defaultPasswordIsValid()).toBe(true);
    writeFileSync(users.path, "staticPasswords: []\n");
    await users.refresh();
    expect(await users.defaultPasswordIsValid()).toBe(false);
  });

  it("can be ruled out for as long as the server runs", async () => {
    const users = await open();
    users.refuseDefaultPassword();
    expect(await users.defaultPasswordIsValid()).toBe(false);
    expect(await users.check("user@example.com", "12341234", never)).toEqual({ outcome: "refused" });
  });
});
