import { type CommandGroup, command } from "../command-line/command.ts";
import { textOption } from "../command-line/option.ts";
import { findExperiment } from "../lookup/experiment.ts";
import { experimentKind } from "../resources/experiment.ts";
import { deleteFound, deleteOptions } from "./delete.ts";
import { listOptions, printList } from "./list.ts";

const args = { experiment: "Its name or its id." };

const create = command({
  name: "create",
  summary: "Create an experiment.",
  args: { name: "Its name: unique in its namespace, whatever the case." },
  options: { description: textOption("text", "What it is for.") },
  examples: ["experiments create nightly --description 'Runs every night'"],
  async run({ args: { name }, options: { description }, session }) {
    const kfp = await session.client();
    await session.printer.one(experimentKind, await kfp.experiments.create({ displayName: name, description }));
  },
});

const get = command({
  name: "get",
  summary: "Show an experiment.",
  args,
  examples: ["experiments get nightly", "experiments get nightly --output json | jq -r .experiment_id"],
  async run({ args: { experiment }, session }) {
    await session.printer.one(experimentKind, await findExperiment(await session.client(), experiment));
  },
});

const list = command({
  name: "list",
  summary: "List experiments, the newest first.",
  options: listOptions,
  examples: ["experiments list", "experiments list --filter storage_state=AVAILABLE --all --output name"],
  async run({ options, session }) {
    const kfp = await session.client();
    await printList(session, experimentKind, "experiments", options, (query) => kfp.experiments.list(query));
  },
});

const archive = command({
  name: "archive",
  summary: "Archive an experiment and its runs, and disable its recurring runs.",
  args,
  examples: ["experiments archive nightly"],
  async run({ args: { experiment }, session }) {
    const kfp = await session.client();
    const { experimentId } = await findExperiment(kfp, experiment);
    await kfp.experiments.archive(experimentId);
    await session.printer.one(experimentKind, await kfp.experiments.get(experimentId));
  },
});

const unarchive = command({
  name: "unarchive",
  summary: "Take an experiment out of the archive; its runs stay there.",
  args,
  examples: ["experiments unarchive nightly"],
  async run({ args: { experiment }, session }) {
    const kfp = await session.client();
    const { experimentId } = await findExperiment(kfp, experiment);
    await kfp.experiments.unarchive(experimentId);
    await session.printer.one(experimentKind, await kfp.experiments.get(experimentId));
  },
});

const remove = command({
  name: "delete",
  summary: "Delete an experiment; its runs stay.",
  args,
  options: deleteOptions,
  examples: ["experiments delete nightly", "experiments delete nightly --yes"],
  async run(invocation) {
    const kfp = await invocation.session.client();
    const found = await findExperiment(kfp, invocation.args.experiment);
    await deleteFound(invocation, experimentKind, found, () => kfp.experiments.delete(found.experimentId));
  },
});

/** The commands on experiments. */
export const experiments: CommandGroup = {
  name: "experiments",
  alias: "experiment",
  summary: "Groups of runs.",
  commands: [create, get, list, archive, unarchive, remove],
};
