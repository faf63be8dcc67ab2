import type { Json, JsonObject } from "@kfp-ts/api";
import type { Profile } from "@kfp-ts/kubeflow";
import { type CommandGroup, command } from "../command-line/command.ts";
import { required } from "../command-line/option.ts";
import { confirmDeletion } from "../confirm.ts";
import type { Io } from "../io.ts";
import { dataOption, withKubeflowData } from "../kubeflow/kubeflow-data.ts";
import { outputOption } from "../output/output-option.ts";
import { printable } from "../output/printable.ts";
import { printerFor } from "../output/printer.ts";
import { styleFor } from "../output/style.ts";
import { formatFacts, formatTable } from "../output/table.ts";
import { formatTime } from "../output/time.ts";
import { deleteOptions } from "./delete.ts";

const create = command({
  name: "create",
  summary: "Make a profile: a namespace with its owner, service accounts and bindings.",
  description:
    "It is for Kubeflow in a box (kfp-ts serve --kubeflow). A server that runs on the data directory has it within a " +
    "second, and puts a token of its default-editor beside those of the others.",
  args: { name: "Its name, and that of its namespace." },
  options: {
    owner: required("user", "Who may do everything in it: user@example.com."),
    ...outputOption,
    ...dataOption,
  },
  examples: [
    "profiles create team-a --owner alice@example.com",
    "profiles create team-a --owner alice@example.com -o yaml",
  ],
  speaks: false,
  async run({ args: { name }, options: { owner, output = "table", data }, io }) {
    const profile = await withKubeflowData(data, io, { make: true }, (opened) => opened.createProfile(name, owner));
    const { objectsOf, podDefaultManifest } = await import("@kfp-ts/kubeflow");
    const objects = [profile, ...objectsOf(profile), ...podDefaultManifest({ namespace: name }).objects];
    if (output === "name") {
      io.stdout.write(`profile/${name}\n`);
      return;
    }
    const facts = formatFacts(
      [
        ["Name", name],
        ["Owner", printable(owner)],
        ["Service accounts", "default-editor, default-viewer"],
        ["PodDefault", "access-ml-pipeline"],
      ],
      styleFor(io.stdout.isTerminal, io.env),
    );
    await printerFor(output, io).fact(facts, listOf(objects));
  },
});

const list = command({
  name: "list",
  summary: "List the profiles.",
  options: { ...outputOption, ...dataOption },
  examples: ["profiles list", "profiles list --output name"],
  speaks: false,
  async run({ options: { output = "table", data }, io }) {
    const profiles = await withKubeflowData(data, io, { make: false }, async (opened) => opened.profiles());
    if (output === "name") {
      io.stdout.write(profiles.map(({ metadata }) => `profile/${metadata.name}\n`).join(""));
      return;
    }
    await printerFor(output, io).fact(tableOf(profiles, io), listOf(profiles));
    if (output === "table" && profiles.length === 0) io.stderr.write("No profiles found.\n");
  },
});

const remove = command({
  name: "delete",
  summary: "Delete a profile with its service accounts: their tokens end. Its experiments and runs stay.",
  description:
    "Nobody reaches its experiments, runs and pipelines any more, but those whom rules of --rbac let in; whoever makes a " +
    "profile of that name later finds them in it.",
  args: { name: "The profile." },
  options: { ...deleteOptions, ...dataOption },
  examples: ["profiles delete team-a"],
  speaks: false,
  async run({ args, options: { yes, data }, io }) {
    const name = args.name.replace(/^profile\//, "");
    await withKubeflowData(data, io, { make: false }, async (opened) => {
      opened.profile(name);
      await confirmDeletion(io, `profile ${name} with its service accounts`, yes);
      await opened.deleteProfile(name);
    });
    io.stderr.write(`Deleted profile ${name}. Its experiments and runs stay.\n`);
  },
});

function tableOf(profiles: readonly Profile[], io: Io): string {
  const rows = profiles.map(({ metadata: { name, creationTimestamp }, spec: { owner } }) => {
    const created = new Date(String(creationTimestamp ?? ""));
    return [name, printable(owner.name), Number.isNaN(created.getTime()) ? "" : formatTime(created, io.now())];
  });
  return formatTable(["NAME", "OWNER", "CREATED"], rows, styleFor(io.stdout.isTerminal, io.env));
}

/** Objects as `kubectl get --output json` prints several. */
function listOf(objects: readonly unknown[]): JsonObject {
  return { apiVersion: "v1", kind: "List", items: objects as readonly Json[] as Json[] };
}

/** The commands on profiles. */
export const profiles: CommandGroup = {
  name: "profiles",
  alias: "profile",
  summary: "Profiles of Kubeflow in a box: namespaces with an owner.",
  commands: [create, list, remove],
};
