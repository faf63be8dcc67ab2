import type { Json, JsonObject } from "@kfp-ts/api";
import type { Account } from "@kfp-ts/kubeflow";
import { UsageError } from "../command-error.ts";
import { type CommandGroup, command } from "../command-line/command.ts";
import { repeated, textOption } from "../command-line/option.ts";
import { confirmDeletion } from "../confirm.ts";
import type { Io } from "../io.ts";
import { dataOption, directoryOf } from "../kubeflow/kubeflow-data.ts";
import { passwordsFailureOf } from "../kubeflow/report-kubeflow-error.ts";
import { outputOption } from "../output/output-option.ts";
import { printable } from "../output/printable.ts";
import { printerFor } from "../output/printer.ts";
import { styleFor } from "../output/style.ts";
import { formatTable } from "../output/table.ts";
import { deleteOptions } from "./delete.ts";

const fileOptions = {
  ...dataOption,
  file: textOption("path", "Another file of users than that of the data directory: one of serve --passwords."),
};

interface FileOptions {
  readonly data?: string | undefined;
  readonly file?: string | undefined;
}

const set = command({
  name: "set",
  summary: "Add a user, or change the password of one. It asks for the password, or reads it from a pipe.",
  description:
    "It is for the gateway of Kubeflow in a box (kfp-ts serve --kubeflow), where people log in with it. A server that runs " +
    "on the data directory has it within a second. Only a hash of the password is kept.",
  args: { email: "Who it is: alice@example.com." },
  options: {
    name: textOption("name", "The name that people read.", { otherwise: "what stands before the @" }),
    group: repeated("group", "A group that they are in. All that are given replace all that there were."),
    ...fileOptions,
  },
  examples: ["passwords set alice@example.com", "passwords set alice@example.com --group team-a"],
  speaks: false,
  async run({ args: { email }, options: { name, group, ...where }, io }) {
    const password = await askPassword(io, `Password of ${email}`);
    const outcome = await withUsers(where, io, async (path, { setPassword }) =>
      setPassword(path, { email, password, username: name, groups: group.length > 0 ? group : undefined }),
    );
    io.stderr.write(outcome === "added" ? `Added ${printable(email)}.\n` : `Changed ${printable(email)}.\n`);
  },
});

const list = command({
  name: "list",
  summary: "List the users who log in with a password.",
  options: {
    ...outputOption,
    ...fileOptions,
  },
  examples: ["passwords list", "passwords list --output name"],
  speaks: false,
  async run({ options: { output = "table", ...where }, io }) {
    const users = await withUsers(where, io, (path, { listUsers }) => listUsers(path));
    if (output === "name") {
      io.stdout.write(users.map(({ email }) => `${printable(email)}\n`).join(""));
      return;
    }
    await printerFor(output, io).fact(tableOf(users, io), { users: users as unknown as readonly Json[] } as JsonObject);
    if (output === "table" && users.length === 0) io.stderr.write("No users found.\n");
  },
});

const remove = command({
  name: "delete",
  summary: "Delete a user: they cannot log in with a password any more. Their profiles stay.",
  args: { email: "Who it is." },
  options: { ...deleteOptions, ...fileOptions },
  examples: ["passwords delete user@example.com"],
  speaks: false,
  async run({ args: { email }, options: { yes, ...where }, io }) {
    await withUsers(where, io, async (path, { deleteUser, listUsers }) => {
      const isThere = (await listUsers(path)).some((user) => user.email.toLowerCase() === email.toLowerCase());
      if (isThere) await confirmDeletion(io, `user ${email}`, yes);
      await deleteUser(path, email);
    });
    io.stderr.write(`Deleted ${printable(email)}.\n`);
  },
});

const hash = command({
  name: "hash",
  summary: "Print the bcrypt hash of a password, for a file of users or a configuration of Dex.",
  options: {},
  examples: ["passwords hash"],
  speaks: false,
  async run({ io }) {
    const password = await askPassword(io, "Password");
    const { hashPassword } = await import("@kfp-ts/kubeflow");
    io.stdout.write(`${await hashPassword(password)}\n`);
  },
});

/** Asks twice, unseen; from a pipe the first line is taken. @throws UsageError for one that cannot be anybody's */
async function askPassword(io: Io, question: string): Promise<string> {
  const { flawOfPassword } = await import("@kfp-ts/kubeflow");
  const password = io.stdin.isTerminal ? await ask(io, question) : ((await io.stdin.readLine()) ?? "");
  const flaw = flawOfPassword(password);
  if (flaw !== undefined) throw new UsageError(flaw, "Give another password, in a line of its own.");
  if (io.stdin.isTerminal && (await ask(io, "Once more")) !== password) {
    throw new UsageError("The two passwords are not the same.", "Try again. Nothing was changed.");
  }
  return password;
}

async function ask(io: Io, question: string): Promise<string> {
  const answer = await io.stdin.readHidden(() => io.stderr.write(`${printable(question)}: `));
  io.stderr.write("\n");
  return answer ?? "";
}

async function withUsers<T>(
  { data, file }: FileOptions,
  io: Io,
  work: (path: string, kubeflow: typeof import("@kfp-ts/kubeflow")) => Promise<T>,
): Promise<T> {
  if (data !== undefined && file !== undefined) {
    throw new UsageError("--data and --file both say where the users are.", "Take one of them away.");
  }
  if (file === "") throw new UsageError("--file is an empty text.", "Give a path.");
  const kubeflow = await import("@kfp-ts/kubeflow");
  try {
    return await work(file ?? (await kubeflow.preparePasswordsFile(directoryOf(data, io))), kubeflow);
  } catch (error) {
    throw passwordsFailureOf(error);
  }
}

function tableOf(users: readonly Account[], io: Io): string {
  const rows = users.map(({ email, name, groups }) => [email, name, groups.join(", ")].map(printable));
  return formatTable(["EMAIL", "NAME", "GROUPS"], rows, styleFor(io.stdout.isTerminal, io.env));
}

/** The commands on users who log in with a password. */
export const passwords: CommandGroup = {
  name: "passwords",
  alias: "password",
  summary: "Users who log in to Kubeflow in a box with a password.",
  commands: [set, list, remove, hash],
};
