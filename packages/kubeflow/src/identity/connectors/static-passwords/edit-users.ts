import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Document, isMap, isSeq, type Node, parseDocument, visit, type YAMLMap, YAMLSeq } from "yaml";
import { folderOf } from "../../../box/kubeflow-data.ts";
import { KubeflowError } from "../../../box/kubeflow-error.ts";
import { checkPrivate, makePrivateFolder, unlessMissing } from "../../../box/private-files.ts";
import { createFile, replaceFile } from "../../../whole-file.ts";
import type { Account } from "../../password-connector.ts";
import { hashPassword } from "../bcrypt/bcrypt-hash.ts";
import { type Environment, readUsers } from "./read-users.ts";
import { DEFAULT_USER, foldEmail } from "./static-user.ts";

const INTRODUCTION = `# Who may log in at the gateway, and with which password. The server follows this file while it runs.
# Add users and change passwords with: kfp-ts passwords set EMAIL
# The fields are those of staticPasswords in a configuration of Dex.
`;

/** Where in a data directory the users of a box are. */
export function passwordsFile(dataDirectory: string): string {
  return join(folderOf(dataDirectory), "passwords.yaml");
}

/**
 * Where in a data directory the users of a box are, ready to be changed: the folder is there, and nobody else's.
 *
 * @throws KubeflowError where others can look into it
 */
export async function preparePasswordsFile(dataDirectory: string): Promise<string> {
  const path = passwordsFile(dataDirectory);
  await makePrivateFolder(dirname(path));
  await checkPrivate(dirname(path));
  return path;
}

/** Makes the file of users with the default user, unless there is one. */
export async function makeUsersFile(path: string): Promise<void> {
  const { email, hash, username } = DEFAULT_USER;
  const warning = "  # Everybody knows this password: 12341234.\n";
  await createFile(path, `${INTRODUCTION}staticPasswords:\n${warning}${entryText({ email, hash, username })}`);
}

/** Who a user is that is written into a file. */
export interface NewPassword {
  readonly email: string;
  readonly password: string;
  /** The name that people read. @default what is there already; for a new user what stands before the `@` */
  readonly username?: string | undefined;
  /** @default what is there already; for a new user none */
  readonly groups?: readonly string[] | undefined;
}

/**
 * Writes a password into a file of users: of somebody who is in it already, or of somebody new. All else in the file stays,
 * comments too.
 *
 * @returns what has been done
 * @throws ObjectError for a file that is wrong, and is left as it is; KubeflowError for an e-mail address that is none
 */
export async function setPassword(
  path: string,
  { email, password, username, groups }: NewPassword,
): Promise<"added" | "changed"> {
  // No blanks and no controls, something on both sides of one @: whether there is such an address, only its owner knows.
  if (!/^[^\s\p{Cc}@]+@[^\s\p{Cc}@]+$/u.test(email)) {
    throw new KubeflowError("ERR_INVALID", `${JSON.stringify(email)} is no e-mail address.`, {
      fix: "Write it as alice@example.com.",
    });
  }
  const hash = await hashPassword(password);
  const text = await unlessMissing(readFile(path, "utf8"));
  if (text === undefined) {
    const first = entryText({ email, hash, username: username ?? nameOf(email), groups });
    if (await createFile(path, `${INTRODUCTION}staticPasswords:\n${first}`)) return "added";
    return await setPassword(path, { email, password, username, groups });
  }
  const { document, list, entries } = openList(text, path);
  const found = entries.find((entry) => foldEmail(String(entry.get("email"))) === foldEmail(email));
  if (found) {
    found.delete("hashFromEnv");
    found.set("hash", quoted(document, hash));
    // What stands before an entry of the default user would not be true any more.
    if (found.commentBefore?.includes(DEFAULT_USER.password)) found.commentBefore = null;
    if (list.commentBefore?.includes(DEFAULT_USER.password)) list.commentBefore = null;
    if (username !== undefined) found.set("username", quoted(document, username));
    if (groups !== undefined) found.set("groups", quoted(document, groups));
  } else {
    list.add(quoted(document, entryOf({ email, hash, username: username ?? nameOf(email), groups })));
  }
  await write(path, document);
  return found ? "changed" : "added";
}

/**
 * Who is in a file of users; nobody where there is none.
 *
 * @throws ObjectError for a file that is wrong
 */
export async function listUsers(path: string): Promise<readonly Account[]> {
  const text = await unlessMissing(readFile(path, "utf8"));
  return text === undefined ? [] : readUsers(text, path, anyHash).map(({ account }) => account);
}

/**
 * Takes somebody out of a file of users.
 *
 * @throws ObjectError for a file that is wrong; KubeflowError where nobody in it has this e-mail address
 */
export async function deleteUser(path: string, email: string): Promise<void> {
  const text = await unlessMissing(readFile(path, "utf8"));
  const opened = text === undefined ? undefined : openList(text, path);
  const found = opened?.entries.find((entry) => foldEmail(String(entry.get("email"))) === foldEmail(email));
  if (opened === undefined || found === undefined) {
    throw new KubeflowError("ERR_UNKNOWN", `There is no user ${JSON.stringify(email)} in ${path}.`, {
      fix: "See who there is: kfp-ts passwords list.",
    });
  }
  const { document, list } = opened;
  if (list.items[0] === found) list.commentBefore = null;
  list.items = list.items.filter((item) => item !== found);
  await write(path, document);
}

function openList(text: string, path: string) {
  // What is wrong is told before anything is changed. Whether variables are set matters to the server, not here.
  readUsers(text, path, anyHash);
  // With this schema everything is a text, and is written as it was read: `0o17`, `12:30` and `yes` in what is not ours too.
  const document = parseDocument(text, { schema: "failsafe" });
  const found = document.get("staticPasswords");
  const list: YAMLSeq = isSeq(found) ? found : new YAMLSeq(document.schema);
  if (list !== found) document.set("staticPasswords", list);
  list.flow = false;
  return { document, list, entries: list.items.filter((item): item is YAMLMap => isMap(item)) };
}

/** Makes something to be written, whose texts stay texts whatever they look like. */
function quoted(document: Document, value: unknown): Node {
  const node = document.createNode(value);
  visit(node, {
    Scalar(key, scalar) {
      if (key !== "key") scalar.type = "QUOTE_DOUBLE";
    },
  });
  return node;
}

/** @throws ObjectError where what was changed makes no good file, as with a user that is put together from others (`<<`) */
async function write(path: string, document: Document): Promise<void> {
  const text = document.toString({ lineWidth: 0 });
  readUsers(text, path, anyHash);
  await replaceFile(path, text);
}

/** Has every variable. */
const anyHash: Environment = new Proxy({}, { get: () => DEFAULT_USER.hash });

interface NewEntry {
  readonly email: string;
  readonly hash: string;
  readonly username: string;
  readonly groups?: readonly string[] | undefined;
}

function entryOf({ email, hash, username, groups = [] }: NewEntry) {
  return { email, hash, username, userID: randomUUID(), ...(groups.length > 0 && { groups }) };
}

function entryText(entry: NewEntry): string {
  const lines = Object.entries(entryOf(entry)).map(([field, value]) => `    ${field}: ${JSON.stringify(value)}\n`);
  return lines.join("").replace("   ", "  -");
}

function nameOf(email: string): string {
  return email.slice(0, email.indexOf("@"));
}
