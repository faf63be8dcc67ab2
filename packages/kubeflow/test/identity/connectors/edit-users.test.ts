import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import bcrypt from "bcryptjs";
import { describe, expect, it } from "vitest";
import {
  deleteUser,
  listUsers,
  makeUsersFile,
  setPassword,
} from "../../../src/identity/connectors/static-passwords/edit-users.ts";
import { readUsers } from "../../../src/identity/connectors/static-passwords/read-users.ts";
import { room } from "./room.ts";

function read(path: string) {
  return readUsers(readFileSync(path, "utf8"), path, {});
}

describe("a file of users that is changed", () => {
  it("keeps everything else: comments, other users, what is Dex's", async () => {
    const path = join(room(), "dex.yaml");
    const hash = bcrypt.hashSync("old", 10);
    const before = `# ours\nissuer: https://dex.example.com\nstaticPasswords:\n  # the first\n  - email: a@example.com\n    hash: "${hash}"\n    userID: "1"\n`;
    writeFileSync(path, before);
    expect(await setPassword(path, { email: "b@example.com", password: "b's", groups: ["team-b"] })).toBe("added");
    expect(readFileSync(path, "utf8")).toContain(before);
    expect(await listUsers(path)).toEqual([
      { id: "1", email: "a@example.com", name: "a@example.com", groups: [] },
      { id: expect.any(String), email: "b@example.com", name: "b", groups: ["team-b"] },
    ]);
    await deleteUser(path, "B@example.com");
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("keeps what is not its own as it is written, and its own texts as texts", async () => {
    const path = join(room(), "dex.yaml");
    const before = "expiry: { at: 12:30, mode: 0o17, day: 2026-01-31, on: yes }\nstaticPasswords: []\n";
    writeFileSync(path, before);
    await setPassword(path, { email: "a@example.com", password: "a's", username: "0o17", groups: ["yes", "12"] });
    await setPassword(path, { email: "a@example.com", password: "a's", groups: ["no", "1e3"] });
    expect(readFileSync(path, "utf8")).toContain(before.split("\n")[0]);
    expect(await listUsers(path)).toMatchObject([{ name: "0o17", groups: ["no", "1e3"] }]);
    expect(await setPassword(path, { email: "a@example.com", password: "a's", groups: [] })).toBe("changed");
    expect(await listUsers(path)).toMatchObject([{ name: "0o17", groups: [] }]);
  });

  it("is left as it is where users are put together from others", async () => {
    const path = join(room(), "dex.yaml");
    const hash = bcrypt.hashSync("old", 10);
    const before = `base: &base { email: a@b, hash: ${hash} }\nstaticPasswords:\n- <<: *base\n  userID: a\n`;
    writeFileSync(path, before);
    await expect(setPassword(path, { email: "a@b", password: "new" })).rejects.toThrow(/Another user has this email/);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  it("has a password changed and the user stay the same, in whatever case the address is", async () => {
    const path = join(room(), "passwords.yaml");
    await makeUsersFile(path);
    const [before] = read(path);
    expect(await setPassword(path, { email: "User@Example.com", password: "mine" })).toBe("changed");
    const [after] = read(path);
    expect(after?.account).toEqual(before?.account);
    expect(bcrypt.compareSync("mine", after?.hash ?? "")).toBe(true);
    expect(readFileSync(path, "utf8")).not.toContain("12341234");
  });

  it("is made for the first user where there is none", async () => {
    const path = join(room(), "passwords.yaml");
    expect(await setPassword(path, { email: "a@example.com", password: "a's", username: "Ann" })).toBe("added");
    expect(await listUsers(path)).toMatchObject([{ email: "a@example.com", name: "Ann" }]);
  });

  it("can lose its last user, and get the next", async () => {
    const path = join(room(), "passwords.yaml");
    await makeUsersFile(path);
    await deleteUser(path, "user@example.com");
    expect(await listUsers(path)).toEqual([]);
    await setPassword(path, { email: "a@example.com", password: "a's" });
    expect(await listUsers(path)).toMatchObject([{ email: "a@example.com" }]);
    expect(readFileSync(path, "utf8")).toMatch(/^staticPasswords:\n {2}- email: "a@example\.com"\n/m);
  });

  it("is left as it is where it is wrong", async () => {
    const path = join(room(), "passwords.yaml");
    writeFileSync(path, "staticPasswords: 7\n");
    await expect(setPassword(path, { email: "a@example.com", password: "a's" })).rejects.toThrow(/yaml:1:18/);
    await expect(deleteUser(path, "a@example.com")).rejects.toThrow(/yaml:1:18/);
    expect(readFileSync(path, "utf8")).toBe("staticPasswords: 7\n");
  });

  it.each(["", "a", "a@", "@b", "a b@c", "a@b@c", "a\u0000@b"])("takes no user %j", async (email) => {
    const path = join(room(), "passwords.yaml");
    await expect(setPassword(path, { email, password: "x" })).rejects.toThrow(/is no e-mail address/);
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ["", /empty/],
    ["p".repeat(73), /more than 72 bytes/],
    ["a\0b", /NUL/],
  ])("takes no password %j", async (password, message) => {
    await expect(setPassword(join(room(), "p.yaml"), { email: "a@b", password })).rejects.toThrow(message);
  });

  it("does not delete whom it does not have", async () => {
    const path = join(room(), "passwords.yaml");
    await expect(deleteUser(path, "a@b")).rejects.toThrow(/There is no user "a@b"/);
    await makeUsersFile(path);
    await expect(deleteUser(path, "a@b")).rejects.toThrow(/There is no user "a@b"/);
  });
});
