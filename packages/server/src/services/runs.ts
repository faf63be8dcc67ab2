import {
  type Access,
  invalidArgument,
  type Listable,
  type ListColumn,
  listableRun,
  notFound,
  operations,
  type RuntimeState,
  StatusError,
} from "@kfp-ts/api";
import type { Claims } from "../ports/authenticator.ts";
import { type Clock, secondsOf } from "../ports/clock.ts";
import type { RunLauncher } from "../ports/run-launcher.ts";
import type { ExperimentRecord, RecurringRunRecord, RunRecord, Store } from "../ports/store.ts";
import { type AccessControl, rightsOf } from "./access.ts";
import type { Handlers } from "./handlers.ts";
import { type NewId, recurringRunsRunId } from "./ids.ts";
import { secondsOfDate } from "./instants.ts";
import { checkDescription, checkDisplayName, checkRunId } from "./names.ts";
import type { Namespaces } from "./namespaces.ts";
import type { NewRuns } from "./new-runs.ts";
import type { PageTokens } from "./page-tokens.ts";
import { pluginsInputText } from "./plugins-input.ts";
import type { RunExperiments } from "./run-experiments.ts";
import { readRunListRequest } from "./run-lists.ts";
import { runOf } from "./run-messages.ts";
import { runTaskHandlers } from "./run-tasks.ts";
import { parametersText, type Sources } from "./sources.ts";
import { runDetailsOf } from "./task-details.ts";

/** The states in which a run can be asked to end. */
const TERMINABLE: readonly RuntimeState[] = ["PENDING", "RUNNING", "PAUSED"];
/** The states in which a run that was executed can be taken up again. On a cluster a run that was ended has FAILED. */
const RETRIABLE: readonly RuntimeState[] = ["FAILED", "CANCELED"];
/** The states of a run of which nothing has been executed, so that there is nothing to take up again. */
const NOT_STARTED: ReadonlySet<RuntimeState> = new Set(["PENDING", "CANCELING"]);

const rights = rightsOf(operations.runs);
const listing = { kind: "run", listable: listableRun, access: rights.list } as const;

/** The handlers of runs. */
export function runHandlers(options: {
  readonly store: Pick<Store, "runs" | "recurringRuns">;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly access?: AccessControl | undefined;
  readonly namespaces: Namespaces;
  readonly tokens: PageTokens;
  readonly sources: Sources;
  readonly experiments: RunExperiments;
  readonly defaultServiceAccount: string;
  readonly newRuns: NewRuns;
  readonly launcher?: RunLauncher | undefined;
}): Handlers["runs"] {
  const { access, namespaces, clock, newId, newRuns, sources, experiments, launcher } = options;
  const { runs, recurringRuns } = options.store;

  /** The run, where the caller may do that with it. Whether it exists is told first, as upstream does. */
  async function permitted(caller: Claims | undefined, right: Access, runId: string): Promise<RunRecord> {
    const run = await runs.get(runId);
    if (run === undefined) throw notFound("Run", runId);
    if (access !== undefined) await access.demand(caller, right, namespaces.of("run", run.namespace), run.name);
    return run;
  }

  /** With one user, a run whose experiment is gone cannot be ended or deleted: upstream looks for its namespace there. */
  async function checkExperiment({ namespace, experimentId }: RunRecord): Promise<void> {
    if (namespace === "") await experiments.existing(experimentId);
  }

  /**
   * The run that a recurring run has made under a name: asking for it again gives it again. One that is in another
   * namespace is none of the caller's.
   */
  async function madeBefore(
    recurringRunId: string,
    displayName: string,
    namespace: string,
  ): Promise<RunRecord | undefined> {
    const byId = await runs.get(recurringRunsRunId(recurringRunId, displayName));
    if (byId !== undefined && byId.namespace === namespace) return byId;
    const page = await runs.list({
      sort: { key: "created_at", column: columnOf(listableRun, "created_at"), descending: true },
      filter: {
        predicates: [
          { operation: "EQUALS", column: columnOf(listableRun, "recurring_run_id"), value: recurringRunId },
          { operation: "EQUALS", column: columnOf(listableRun, "display_name"), value: displayName },
        ],
        tags: [],
      },
      pageSize: 1,
      namespace: namespaces.multiUser ? namespace : undefined,
    });
    return page.items[0];
  }

  function isElsewhere({ namespace }: RecurringRunRecord, experiment: ExperimentRecord): boolean {
    return namespaces.multiUser && namespace !== experiment.namespace;
  }

  return {
    async create({ body, caller }) {
      if (Object.keys(body.pluginsOutput ?? {}).length > 0) {
        throw new StatusError(
          "ABORTED",
          "plugins_output is server-owned and populated exclusively via plugin lifecycle hooks",
        );
      }
      const pluginsInput = pluginsInputText(body.pluginsInput);
      const { displayName = "", recurringRunId = "", runId = "" } = body;
      if (displayName === "") throw invalidArgument("display_name is required: a run must have a name");
      checkDisplayName(displayName);
      checkDescription(body.description);
      if (runId !== "") checkRunId(runId);
      const experiment = await experiments.ofNew(body.experimentId);
      if (access !== undefined) {
        await access.demand(caller, rights.create, namespaces.of("run", experiment.namespace));
      }
      if (recurringRunId !== "") {
        const before = await madeBefore(recurringRunId, displayName, experiment.namespace);
        if (before !== undefined) return runOf(before);
        const recurringRun = await recurringRuns.get(recurringRunId);
        if (recurringRun === undefined || isElsewhere(recurringRun, experiment)) throw notFound("Job", recurringRunId);
      }
      const source = await sources.resolve(body, caller);
      const newRun = {
        source,
        runId: runId || (recurringRunId === "" ? newId() : recurringRunsRunId(recurringRunId, displayName)),
        experimentId: experiment.experimentId,
        namespace: experiment.namespace,
        displayName,
        description: body.description ?? "",
        // Upstream lets a client put a new run into the archive at once.
        storageState: body.storageState,
        serviceAccount: body.serviceAccount || options.defaultServiceAccount,
        parameters: parametersText(source, body.runtimeConfig?.parameters),
        pipelineRoot: body.runtimeConfig?.pipelineRoot ?? "",
        scheduledAt: secondsOfDate(body.scheduledAt),
        recurringRunId,
        pluginsInput,
      };
      const made = await newRuns.make(newRun);
      if (made === undefined) {
        // Somebody else has just made the same run of a recurring run.
        const before =
          recurringRunId === "" ? undefined : await madeBefore(recurringRunId, displayName, experiment.namespace);
        if (before !== undefined) return runOf(before);
        throw new StatusError(
          "ALREADY_EXISTS",
          `Failed to create a run. The run_id ${newRun.runId} already exists. Leave it out and the server makes one`,
        );
      }
      return runOf(made);
    },

    async get({ params, caller }) {
      const run = await permitted(caller, rights.get, params.runId);
      const tasks = await launcher?.tasks(run);
      return tasks === undefined ? runOf(run) : { ...runOf(run), runDetails: runDetailsOf(run.runId, tasks) };
    },

    ...runTaskHandlers(launcher, (caller, runId) => permitted(caller, rights.get, runId)),

    async list({ query, caller }) {
      const request = await readRunListRequest(options, listing, query, caller);
      const page = await runs.list(request.query);
      return {
        runs: page.items.map(runOf),
        totalSize: page.totalSize,
        nextPageToken: await request.nextPageToken(page),
      };
    },

    async archive({ params, caller }) {
      if (access !== undefined) await permitted(caller, rights.archive, params.runId);
      if (!(await runs.setStorageState(params.runId, "ARCHIVED"))) throw notFound("Run", params.runId);
      return {};
    },

    async unarchive({ params, caller }) {
      const { runId } = params;
      const run = await permitted(caller, rights.unarchive, runId);
      const experiment = await experiments.existing(run.experimentId);
      if (experiment.storageState === "ARCHIVED") {
        throw new StatusError(
          "FAILED_PRECONDITION",
          `Failed to unarchive run ${runId} as experiment ${run.experimentId} must be un-archived first`,
        );
      }
      if (!(await runs.setStorageState(runId, "AVAILABLE"))) throw notFound("Run", runId);
      return {};
    },

    async terminate({ params, caller }) {
      const { runId } = params;
      const run = await permitted(caller, rights.terminate, runId);
      await checkExperiment(run);
      // The history notes what has become of a run, not what it was asked for, so this state is not in it.
      if (!(await runs.setState(runId, TERMINABLE, "CANCELING"))) {
        throw invalidArgument(`Failed to terminate a run ${runId}. Row not found`);
      }
      launcher?.changed(runId);
      return {};
    },

    async retry({ params, caller }) {
      const { runId } = params;
      const run = await permitted(caller, rights.retry, runId);
      await checkExperiment(run);
      if (NOT_STARTED.has(run.state)) {
        throw new StatusError("ABORTED", `Failed to retry run ${runId} due to error fetching workflow manifest`);
      }
      if (run.place === "" && run.state === "FAILED") {
        throw new StatusError(
          "UNIMPLEMENTED",
          `Failed to retry run ${runId}: nothing on this server takes runs up again`,
        );
      }
      const pending = { finishedAt: 0, error: "" } as const;
      const retried = run.place !== "" && (await runs.setState(runId, RETRIABLE, "PENDING", secondsOf(clock), pending));
      if (!retried) throw new StatusError("ABORTED", "Workflow must be Failed/Error to retry");
      launcher?.changed(runId);
      return {};
    },

    async delete({ params, caller }) {
      const { runId } = params;
      await checkExperiment(await permitted(caller, rights.delete, runId));
      if (!(await runs.delete(runId))) throw notFound("Run", runId);
      launcher?.changed(runId);
      return {};
    },
  };
}

function columnOf(listable: Listable, key: string): ListColumn {
  const column = listable.keys[key];
  if (column === undefined) throw new Error(`lists of ${listable.name} have no ${key}`);
  return column;
}
