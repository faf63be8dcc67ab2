import { type Experiment, invalidArgument, listableExperiment, notFound, StatusError } from "@kfp-ts/api";
import { type Clock, secondsOf } from "../ports/clock.ts";
import type { ExperimentRecord, Store } from "../ports/store.ts";
import type { Handlers } from "./handlers.ts";
import type { NewId } from "./ids.ts";
import { dateOf, laterDateOf } from "./instants.ts";
import { readListRequest } from "./list-requests.ts";
import { checkDescription, checkLength } from "./names.ts";
import type { Namespaces } from "./namespaces.ts";
import type { PageTokens } from "./page-tokens.ts";

/** The handlers of experiments. */
export function experimentHandlers(options: {
  readonly store: Pick<Store, "experiments">;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly namespaces: Namespaces;
  readonly tokens: PageTokens;
}): Handlers["experiments"] {
  const { clock, newId, namespaces, tokens } = options;
  const { experiments } = options.store;

  /** Only many users are told that there is nothing to archive: upstream's answer to a single one is always good. */
  function found(done: boolean, experimentId: string): Record<never, never> {
    if (!done && namespaces.multiUser) throw notFound("Experiment", experimentId);
    return {};
  }

  return {
    async create({ body }) {
      const { displayName = "", description = "" } = body;
      if (displayName === "") {
        throw invalidArgument("display_name is required: an experiment must have a name");
      }
      checkLength("Experiment.Name", displayName);
      checkLength("Experiment.Namespace", body.namespace ?? "");
      checkDescription(description);
      const record: ExperimentRecord = {
        experimentId: newId(),
        displayName,
        description,
        namespace: namespaces.of(body.namespace),
        createdAt: secondsOf(clock),
        lastRunCreatedAt: 0,
        storageState: "AVAILABLE",
      };
      if (await experiments.insert(record)) return experimentOf(record);
      throw new StatusError(
        "ALREADY_EXISTS",
        `Failed to create a new experiment. The name ${displayName} already exists. Please specify a new name`,
      );
    },

    async get({ params }) {
      const record = await experiments.get(params.experimentId);
      if (record === undefined) throw notFound("Experiment", params.experimentId);
      return experimentOf(record);
    },

    async list({ query }) {
      const namespace = namespaces.scopeOf(query.namespace);
      const request = await readListRequest(tokens, listableExperiment, query, namespace ?? "");
      const page = await experiments.list({ ...request.query, namespace });
      return {
        experiments: page.items.map(experimentOf),
        totalSize: page.totalSize,
        nextPageToken: await request.nextPageToken(page),
      };
    },

    archive: async ({ params }) =>
      found(await experiments.archive(params.experimentId, secondsOf(clock)), params.experimentId),

    unarchive: async ({ params }) => found(await experiments.unarchive(params.experimentId), params.experimentId),

    async delete({ params }) {
      const { experimentId } = params;
      if (experimentId === (await experiments.defaultId())) {
        throw new StatusError(
          "ABORTED",
          `Failed to delete experiment ${experimentId}. The default experiment cannot be deleted`,
        );
      }
      if (!(await experiments.delete(experimentId))) throw notFound("Experiment", experimentId);
      return {};
    },
  };
}

function experimentOf(record: ExperimentRecord): Experiment {
  return {
    experimentId: record.experimentId,
    displayName: record.displayName,
    description: record.description,
    createdAt: dateOf(record.createdAt),
    namespace: record.namespace,
    storageState: record.storageState,
    lastRunCreatedAt: laterDateOf(record.lastRunCreatedAt),
  };
}
