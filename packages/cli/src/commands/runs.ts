import type { Client } from "@kfp-ts/sdk";
import { type Command, type CommandGroup, command } from "../command-line/command.ts";
import { flag, textOption } from "../command-line/option.ts";
import { findExperiment } from "../lookup/experiment.ts";
import { findRun } from "../lookup/run.ts";
import { readParameters } from "../pipeline-inputs.ts";
import { runKind } from "../resources/run.ts";
import { deleteFound, deleteOptions } from "./delete.ts";
import { listOptions, printList } from "./list.ts";
import { artifacts } from "./run-artifacts.ts";
import { experimentOf } from "./run-experiment.ts";
import { logs } from "./run-logs.ts";
import { defaultRunName, findSource, sourceOptions } from "./run-source.ts";
import { watchOptions, watchRun } from "./watch-run.ts";

/** A run by its name, as the examples have it. */
const A_RUN = "'demo 2026-01-31 12-00-00'";

const args = { run: "Its id, or its name where only one has it." };

const create = command({
  name: "create",
  summary: "Run a pipeline: one of the server, or one in a file.",
  options: {
    ...sourceOptions,
    experiment: textOption("experiment", "The experiment: its name or its id. One that is not there is made.", {
      short: "e",
      otherwise: "KF_PIPELINES_DEFAULT_EXPERIMENT_NAME, else the server's own",
    }),
    name: textOption("text", "The name of the run.", { otherwise: "that of the pipeline, with the time" }),
    description: textOption("text", "What it is for."),
    watch: flag("Watch it until it ends; exit code 5 when it ends FAILED or CANCELED.", { short: "w" }),
    ...watchOptions,
  },
  examples: [
    "runs create --pipeline demo --param epochs=3 --watch",
    "runs create --pipeline demo --version v2 --experiment nightly --name 'demo of v2'",
    "runs create --file pipeline.yaml --param 'config={\"depth\": 2}'",
  ],
  async run({ options, session, io }) {
    const kfp = await session.client();
    const { name, inputs, source } = await findSource(kfp, options, "now");
    const parameters = readParameters(options.param, inputs);
    const made = await kfp.runs.create({
      ...source,
      displayName: options.name ?? defaultRunName(name, io.now()),
      description: options.description,
      experimentId: await experimentOf(kfp, session, options.experiment),
      runtimeConfig: { parameters, pipelineRoot: options.pipelineRoot },
      serviceAccount: options.serviceAccount,
    });
    const page = io.env.KF_PIPELINES_UI_ENDPOINT;
    if (page) session.note(`${page.replace(/\/+$/, "")}/#/runs/details/${encodeURIComponent(made.runId)}`);
    if (options.watch) return watchRun(kfp, session, made, options);
    await session.printer.one(runKind, made);
    return undefined;
  },
});

const get = command({
  name: "get",
  summary: "Show a run.",
  args,
  examples: [`runs get ${A_RUN}`, `runs get ${A_RUN} --output json | jq -r .state`],
  async run({ args: { run }, session }) {
    await session.printer.one(runKind, await findRun(await session.client(), run));
  },
});

const list = command({
  name: "list",
  summary: "List runs, the newest first.",
  options: {
    experiment: textOption("experiment", "Only those of this experiment: its name or its id.", { short: "e" }),
    ...listOptions,
  },
  examples: [
    "runs list --filter state=FAILED --filter 'created_at>2026-01-31'",
    "runs list --experiment nightly --all --output json",
  ],
  async run({ options: { experiment, ...options }, session }) {
    const kfp = await session.client();
    const experimentId = experiment === undefined ? undefined : (await findExperiment(kfp, experiment)).experimentId;
    await printList(session, runKind, "runs", options, (query) => kfp.runs.list({ ...query, experimentId }));
  },
});

const watch = command({
  name: "watch",
  summary: "Watch a run until it ends.",
  description: "Exit code 0 when it ends SUCCEEDED or SKIPPED, 5 when it ends FAILED or CANCELED.",
  args,
  options: watchOptions,
  examples: [`runs watch ${A_RUN}`, `runs watch ${A_RUN} --max-wait 2h`],
  async run({ args: { run }, options, session }) {
    const kfp = await session.client();
    return watchRun(kfp, session, await findRun(kfp, run), options);
  },
});

/** A command that does something to a run, and shows it then. */
function change(name: string, summary: string, act: (kfp: Client, runId: string) => Promise<unknown>): Command {
  return command({
    name,
    summary,
    args,
    examples: [`runs ${name} ${A_RUN}`],
    async run({ args: { run }, session }) {
      const kfp = await session.client();
      const { runId } = await findRun(kfp, run);
      await act(kfp, runId);
      await session.printer.one(runKind, await kfp.runs.get(runId));
    },
  });
}

const remove = command({
  name: "delete",
  summary: "Delete a run.",
  args,
  options: deleteOptions,
  examples: [`runs delete ${A_RUN}`, `runs delete ${A_RUN} --yes`],
  async run(invocation) {
    const kfp = await invocation.session.client();
    const found = await findRun(kfp, invocation.args.run);
    await deleteFound(invocation, runKind, found, () => kfp.runs.delete(found.runId));
  },
});

/** The commands on runs. */
export const runs: CommandGroup = {
  name: "runs",
  summary: "Executions of pipelines.",
  commands: [
    create,
    get,
    list,
    watch,
    logs,
    artifacts,
    change("archive", "Put a run into the archive; it goes on running.", (kfp, id) => kfp.runs.archive(id)),
    change("unarchive", "Take a run out of the archive.", (kfp, id) => kfp.runs.unarchive(id)),
    change("terminate", "Ask a run to end.", (kfp, id) => kfp.runs.terminate(id)),
    change("retry", "Run what failed in a run again.", (kfp, id) => kfp.runs.retry(id)),
    remove,
  ],
};
