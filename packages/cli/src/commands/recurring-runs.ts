import type { Client } from "@kfp-ts/sdk";
import { type Command, type CommandGroup, command } from "../command-line/command.ts";
import { flag, option, required, textOption } from "../command-line/option.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import { findExperiment } from "../lookup/experiment.ts";
import { findRecurringRun } from "../lookup/run.ts";
import { readParameters } from "../pipeline-inputs.ts";
import { recurringRunKind } from "../resources/recurring-run.ts";
import { deleteFound, deleteOptions } from "./delete.ts";
import { listOptions, printList } from "./list.ts";
import { experimentOf } from "./run-experiment.ts";
import { findSource, sourceOptions } from "./run-source.ts";
import { scheduleOptions, triggerOf } from "./schedule.ts";

const args = { recurringRun: "Its id, or its name where only one has it." };

const create = command({
  name: "create",
  summary: "Run a pipeline by itself, on a schedule.",
  description: "Without --version, each run takes the version that is the latest at its time.",
  options: {
    name: required("text", "Its name."),
    ...sourceOptions,
    version: textOption("version", "The version of the pipeline: its name or its id.", {
      otherwise: "the latest at each time",
    }),
    ...scheduleOptions,
    experiment: textOption("experiment", "The experiment: its name or its id. One that is not there is made.", {
      short: "e",
      otherwise: "KF_PIPELINES_DEFAULT_EXPERIMENT_NAME, else the server's own",
    }),
    description: textOption("text", "What it is for."),
    maxConcurrency: option("number", "How many of its runs may be under way at once, 1 to 10.", wholeNumber(1, 10), {
      otherwise: "1",
    }),
    noCatchup: flag("Leave out the times that were missed, as when the server was down."),
    disabled: flag("Make no runs until it is enabled."),
  },
  examples: [
    'recurring-runs create --name nightly --pipeline demo --cron "0 0 2 * * *"',
    "recurring-runs create --name often --pipeline demo --version v2 --every 30m --param epochs=1",
  ],
  async run({ options, session }) {
    const trigger = triggerOf(options);
    const kfp = await session.client();
    const { inputs, source } = await findSource(kfp, options, "at each time");
    const parameters = readParameters(options.param, inputs);
    const made = await kfp.recurringRuns.create({
      ...source,
      displayName: options.name,
      description: options.description,
      experimentId: await experimentOf(kfp, session, options.experiment),
      runtimeConfig: { parameters, pipelineRoot: options.pipelineRoot },
      serviceAccount: options.serviceAccount,
      maxConcurrency: options.maxConcurrency ?? 1,
      noCatchup: options.noCatchup,
      mode: options.disabled ? "DISABLE" : "ENABLE",
      trigger,
    });
    await session.printer.one(recurringRunKind, made);
  },
});

const get = command({
  name: "get",
  summary: "Show a recurring run.",
  args,
  examples: ["recurring-runs get nightly", "recurring-runs get nightly --output yaml"],
  async run({ args: { recurringRun }, session }) {
    await session.printer.one(recurringRunKind, await findRecurringRun(await session.client(), recurringRun));
  },
});

const list = command({
  name: "list",
  summary: "List recurring runs, the newest first.",
  options: {
    experiment: textOption("experiment", "Only those of this experiment: its name or its id.", { short: "e" }),
    ...listOptions,
  },
  examples: ["recurring-runs list", "recurring-runs list --experiment nightly --all"],
  async run({ options: { experiment, ...options }, session }) {
    const kfp = await session.client();
    const experimentId = experiment === undefined ? undefined : (await findExperiment(kfp, experiment)).experimentId;
    await printList(session, recurringRunKind, "recurringRuns", options, (query) =>
      kfp.recurringRuns.list({ ...query, experimentId }),
    );
  },
});

/** A command that does something to a recurring run, and shows it then. */
function change(
  name: string,
  summary: string,
  act: (kfp: Client, recurringRunId: string) => Promise<unknown>,
): Command {
  return command({
    name,
    summary,
    args,
    examples: [`recurring-runs ${name} nightly`],
    async run({ args: { recurringRun }, session }) {
      const kfp = await session.client();
      const { recurringRunId } = await findRecurringRun(kfp, recurringRun);
      await act(kfp, recurringRunId);
      await session.printer.one(recurringRunKind, await kfp.recurringRuns.get(recurringRunId));
    },
  });
}

const remove = command({
  name: "delete",
  summary: "Delete a recurring run; the runs that it made stay.",
  args,
  options: deleteOptions,
  examples: ["recurring-runs delete nightly", "recurring-runs delete nightly --yes"],
  async run(invocation) {
    const kfp = await invocation.session.client();
    const found = await findRecurringRun(kfp, invocation.args.recurringRun);
    await deleteFound(invocation, recurringRunKind, found, () => kfp.recurringRuns.delete(found.recurringRunId));
  },
});

/** The commands on recurring runs. */
export const recurringRuns: CommandGroup = {
  name: "recurring-runs",
  alias: "recurring-run",
  summary: "What makes runs by itself, on a schedule.",
  commands: [
    create,
    get,
    list,
    change("enable", "Let a recurring run make runs.", (kfp, id) => kfp.recurringRuns.enable(id)),
    change("disable", "Keep a recurring run from making runs.", (kfp, id) => kfp.recurringRuns.disable(id)),
    remove,
  ],
};
