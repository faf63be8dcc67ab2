import { type Access, invalidArgument, listableRecurringRun, notFound, operations } from "@kfp-ts/api";
import type { Claims } from "../ports/authenticator.ts";
import { type Clock, secondsOf } from "../ports/clock.ts";
import type { RecurringRunRecord, Store } from "../ports/store.ts";
import { type AccessControl, rightsOf } from "./access.ts";
import type { Handlers } from "./handlers.ts";
import type { NewId } from "./ids.ts";
import { checkDescription, checkDisplayName, checkLength } from "./names.ts";
import type { Namespaces } from "./namespaces.ts";
import type { PageTokens } from "./page-tokens.ts";
import { pluginsInputText } from "./plugins-input.ts";
import { checkClaimedNamespace, type RunExperiments } from "./run-experiments.ts";
import { readRunListRequest } from "./run-lists.ts";
import { recurringRunOf } from "./run-messages.ts";
import { parametersText, type ReceivedSource, type Source, type Sources } from "./sources.ts";
import { readTrigger } from "./triggers.ts";
import { newScheduledWorkflowName } from "./workflow-names.ts";

const MAX_CONCURRENCY = 10;

const rights = rightsOf(operations.recurringRuns);
const listing = { kind: "recurring run", listable: listableRecurringRun, access: rights.list } as const;

/** The handlers of recurring runs. */
export function recurringRunHandlers(options: {
  readonly store: Pick<Store, "recurringRuns">;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly access?: AccessControl | undefined;
  readonly namespaces: Namespaces;
  readonly tokens: PageTokens;
  readonly sources: Sources;
  readonly experiments: RunExperiments;
  readonly defaultServiceAccount: string;
  /** Told when one may have become due. */
  readonly changed: () => void;
}): Handlers["recurringRuns"] {
  const { access, clock, newId, namespaces, sources, experiments, defaultServiceAccount, changed } = options;
  const { recurringRuns } = options.store;

  /** The recurring run, where the caller may do that with it. Whether it exists is told first, as upstream does. */
  async function permitted(caller: Claims | undefined, right: Access, id: string): Promise<RecurringRunRecord> {
    const record = await recurringRuns.get(id);
    if (record === undefined) throw notFound("Job", id);
    if (access !== undefined) {
      await access.demand(caller, right, namespaces.of("recurring run", record.namespace), record.displayName);
    }
    return record;
  }

  async function setEnabled(
    caller: Claims | undefined,
    recurringRunId: string,
    enabled: boolean,
  ): Promise<Record<never, never>> {
    if (access !== undefined) await permitted(caller, enabled ? rights.enable : rights.disable, recurringRunId);
    if (!(await recurringRuns.setEnabled(recurringRunId, enabled, secondsOf(clock)))) {
      throw notFound("Job", recurringRunId);
    }
    changed();
    return {};
  }

  /** A reference to a pipeline alone stays one: the version is chosen anew each time. Only the parameters are checked. */
  async function resolve(
    received: ReceivedSource,
    caller: Claims | undefined,
  ): Promise<{ readonly source: Source; readonly floats: boolean }> {
    const { pipelineId = "", pipelineVersionId = "" } = received.pipelineVersionReference ?? {};
    const floats = received.pipelineSpec === undefined && pipelineId !== "" && pipelineVersionId === "";
    const source = floats ? await sources.latest(pipelineId, caller) : await sources.resolve(received, caller);
    return { source, floats };
  }

  return {
    async create({ body, caller }) {
      const { displayName = "", maxConcurrency = 0 } = body;
      if (displayName === "") throw invalidArgument("display_name is required: a recurring run must have a name");
      checkDisplayName(displayName);
      checkDescription(body.description);
      checkLength("Job.Namespace", body.namespace ?? "");
      const pluginsInput = pluginsInputText(body.pluginsInput);
      if (maxConcurrency < 1 || maxConcurrency > MAX_CONCURRENCY) {
        throw invalidArgument(
          `Max concurrency of a recurring run must be at least 1 and at most ${MAX_CONCURRENCY}. Received ${maxConcurrency}`,
        );
      }
      const trigger = readTrigger(body.trigger);
      const experiment = await experiments.ofNew(body.experimentId);
      if (access !== undefined) {
        const namespace = namespaces.of("recurring run", experiment.namespace);
        await access.demand(caller, rights.create, namespace, displayName);
      }
      checkClaimedNamespace(body.namespace, experiment, Boolean(body.experimentId), namespaces);
      const { source, floats } = await resolve(body, caller);
      const parameters = parametersText(source, body.runtimeConfig?.parameters);
      const now = secondsOf(clock);
      const record: RecurringRunRecord = {
        ...source.record,
        pipelineVersionId: floats ? "" : source.record.pipelineVersionId,
        recurringRunId: newId(),
        experimentId: experiment.experimentId,
        namespace: namespaces.executionOf(experiment.namespace),
        displayName,
        name: newScheduledWorkflowName(displayName),
        description: body.description ?? "",
        // What floats has no workflow yet that could run as the default account.
        serviceAccount: body.serviceAccount || (floats ? "" : defaultServiceAccount),
        parameters,
        pipelineRoot: body.runtimeConfig?.pipelineRoot ?? "",
        createdAt: now,
        updatedAt: now,
        enabled: body.mode === "ENABLE",
        maxConcurrency,
        noCatchup: body.noCatchup === true,
        trigger,
        pluginsInput,
      };
      await recurringRuns.insert(record);
      changed();
      return recurringRunOf(record);
    },

    get: async ({ params, caller }) => recurringRunOf(await permitted(caller, rights.get, params.recurringRunId)),

    async list({ query, caller }) {
      const request = await readRunListRequest(options, listing, query, caller);
      const page = await recurringRuns.list(request.query);
      return {
        recurringRuns: page.items.map(recurringRunOf),
        totalSize: page.totalSize,
        nextPageToken: await request.nextPageToken(page),
      };
    },

    enable: ({ params, caller }) => setEnabled(caller, params.recurringRunId, true),

    disable: ({ params, caller }) => setEnabled(caller, params.recurringRunId, false),

    /** What becomes of the runs on a cluster is the cluster's; here they stay, whatever is asked for. */
    async delete({ params, caller }) {
      if (access !== undefined) await permitted(caller, rights.delete, params.recurringRunId);
      if (!(await recurringRuns.delete(params.recurringRunId))) throw notFound("Job", params.recurringRunId);
      return {};
    },
  };
}
