import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStaticPasswords, passwordsFile } from "@kfp-ts/kubeflow";
import { afterEach, beforeEach, expect, test } from "vitest";
import { outcomeOf } from "../embedded.ts";
import { type FakeOptions, fakeIo } from "../fake-io.ts";

let data = "";
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "kfp-ts-passwords-"));
});
afterEach(() => rm(data, { recursive: true, force: true }));

const kfp = (argv: readonly string[], options: Omit<FakeOptions, "argv"> = {}) =>
  outcomeOf(fakeIo({ ...options, argv: [...argv, "--data", data] }));

async function check(email: string, password: string): Promise<string> {
  const users = await openStaticPasswords({ path: passwordsFile(data) });
  const { outcome } = await users.check(email, password, new AbortController().signal);
  await users.close();
  return outcome;
}

test("a user is added with a password that nobody sees being typed, and can log in with it", async () => {
  const typed = { terminal: true, hidden: ["alice's", "alice's"] };
  expect(await kfp(["passwords", "set", "alice@example.com"], typed)).toEqual({
    code: 0,
    stdout: "",
    stderr: "Password of alice@example.com: \nOnce more: \nAdded alice@example.com.\n",
  });
  expect(await check("alice@example.com", "alice's")).toBe("accepted");
  expect((await stat(passwordsFile(data))).mode & 0o777).toBe(0o600);
  // Who adds users before the first start wants no other.
  expect(await check("user@example.com", "12341234")).toBe("refused");
});

test("a password comes from a pipe, and replaces the one before", async () => {
  await kfp(["passwords", "set", "a@example.com", "--group", "g1"], { lines: ["first", "not this"] });
  expect(await kfp(["passwords", "set", "A@example.com", "--name", "Ann"], { lines: ["second"] })).toMatchObject({
    code: 0,
    stderr: "Changed A@example.com.\n",
  });
  expect(await check("a@example.com", "first")).toBe("refused");
  expect(await check("a@example.com", "second")).toBe("accepted");
  expect((await kfp(["passwords", "list"])).stdout).toMatch(/^EMAIL +NAME +GROUPS\na@example\.com +Ann +g1\n$/);
  expect((await kfp(["passwords", "list", "-o", "name"])).stdout).toBe("a@example.com\n");
  expect(JSON.parse((await kfp(["passwords", "list", "-o", "json"])).stdout)).toEqual({
    users: [{ id: expect.any(String), email: "a@example.com", name: "Ann", groups: ["g1"] }],
  });
});

test.each([
  ["two that are not the same", { terminal: true, hidden: ["one", "other"] }, /not the same/],
  ["nothing", { terminal: true, hidden: [] }, /The password is empty/],
  ["an empty pipe", {}, /The password is empty/],
  ["more than bcrypt looks at", { lines: ["p".repeat(73)] }, /more than 72 bytes/],
])("a password is refused for %s, and never told", async (_, given, message) => {
  const { code, stdout, stderr } = await kfp(["passwords", "set", "a@example.com"], given);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/: one|ppp/);
  expect((await kfp(["passwords", "list"])).stderr).toBe("No users found.\n");
});

test("a user is deleted after asking", async () => {
  await kfp(["passwords", "set", "a@example.com"], { lines: ["x"] });
  expect(await kfp(["passwords", "delete", "a@example.com"])).toMatchObject({ code: 2 });
  expect(await kfp(["passwords", "delete", "a@example.com"], { terminal: true, lines: ["n"] })).toMatchObject({
    code: 1,
  });
  expect(await kfp(["passwords", "delete", "a@example.com", "--yes"])).toMatchObject({
    code: 0,
    stderr: "Deleted a@example.com.\n",
  });
  expect(await kfp(["passwords", "delete", "a@example.com", "--yes"])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: There is no user "a@example\.com".*\nfix: See who there is/),
  });
});

test("a file that people bring is changed with --file, and stays as it is where it is wrong", async () => {
  const file = join(data, "dex.yaml");
  await writeFile(file, "issuer: https://dex.example.com\n# ours\nstaticPasswords: []\n");
  const brought = (argv: readonly string[]) =>
    outcomeOf(fakeIo({ argv: ["passwords", ...argv, "--file", file], lines: ["x"] }));
  expect(await brought(["set", "a@example.com"])).toMatchObject({ code: 0 });
  expect(await readFile(file, "utf8")).toMatch(/^issuer: https:\/\/dex\.example\.com\n# ours\nstaticPasswords:\n/);
  expect((await brought(["list", "-o", "name"])).stdout).toBe("a@example.com\n");
  await writeFile(file, "staticPasswords: 7\n");
  expect(await brought(["set", "a@example.com"])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/dex\.yaml:1:18: staticPasswords has to be a list.*\nfix: Mend the file/s),
  });
  expect(await kfp(["passwords", "list", "--file", file])).toMatchObject({ code: 2 });
});

test("what is no e-mail address is refused", async () => {
  expect(await kfp(["passwords", "set", "alice"], { lines: ["x"] })).toMatchObject({
    code: 2,
    stderr: 'error: "alice" is no e-mail address.\nfix: Write it as alice@example.com.\n',
  });
});

test("a hash is printed for a file that is written by hand, and nothing else", async () => {
  const { code, stdout, stderr } = await outcomeOf(fakeIo({ argv: ["passwords", "hash"], lines: ["x"] }));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^\$2b\$12\$[./A-Za-z0-9]{53}\n$/);
});
