import {
  type Access,
  type Experiment,
  invalidArgument,
  listableExperiment,
  notFound,
  operations,
  StatusError,
} from "@kfp-ts/api";
import type { Claims } from "../ports/authenticator.ts";
import { type Clock, secondsOf } from "../ports/clock.ts";
import type { ExperimentRecord, Store } from "../ports/store.ts";
import { type AccessControl, rightsOf } from "./access.ts";
import type { Handlers } from "./handlers.ts";
import type { NewId } from "./ids.ts";
import { dateOf, laterDateOf } from "./instants.ts";
import { readListRequest } from "./list-requests.ts";
import { checkDescription, checkLength } from "./names.ts";
import type { Namespaces } from "./namespaces.ts";
import type { PageTokens } from "./page-tokens.ts";

const rights = rightsOf(operations.experiments);

/** The handlers of experiments. */
export function experimentHandlers(options: {
  readonly store: Pick<Store, "experiments">;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly access?: AccessControl | undefined;
  readonly namespaces: Namespaces;
  readonly tokens: PageTokens;
}): Handlers["experiments"] {
  const { access, clock, newId, namespaces, tokens } = options;
  const { experiments } = options.store;

  /** Only many users are told that there is nothing to archive: upstream's answer to a single one is always good. */
  function found(done: boolean, experimentId: string): Record<never, never> {
    if (!done && namespaces.multiUser) throw notFound("Experiment", experimentId);
    return {};
  }

  /** The experiment, where the caller may do that with it. Whether it exists is told first, as upstream does. */
  async function permitted(caller: Claims | undefined, right: Access, id: string): Promise<ExperimentRecord> {
    const record = await experiments.get(id);
    if (record === undefined) throw notFound("Experiment", id);
    if (access !== undefined) {
      await access.demand(caller, right, namespaces.of("experiment", record.namespace), record.displayName);
    }
    return record;
  }

  return {
    async create({ body, caller }) {
      const { displayName = "", description = "" } = body;
      checkLength("Experiment.Name", displayName);
      checkLength("Experiment.Namespace", body.namespace ?? "");
      const namespace = namespaces.of("experiment", body.namespace);
      if (access !== undefined) await access.demand(caller, rights.create, namespace, displayName);
      if (displayName === "") {
        throw invalidArgument("display_name is required: an experiment must have a name");
      }
      checkDescription(description);
      const record: ExperimentRecord = {
        experimentId: newId(),
        displayName,
        description,
        namespace,
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

    get: async ({ params, caller }) => experimentOf(await permitted(caller, rights.get, params.experimentId)),

    async list({ query, caller }) {
      const namespace = namespaces.scopeOf("experiment", query.namespace);
      const request = await readListRequest(tokens, listableExperiment, query, namespace ?? "");
      if (access !== undefined) await access.demand(caller, rights.list, namespace ?? "");
      const page = await experiments.list({ ...request.query, namespace });
      return {
        experiments: page.items.map(experimentOf),
        totalSize: page.totalSize,
        nextPageToken: await request.nextPageToken(page),
      };
    },

    async archive({ params, caller }) {
      const { experimentId } = params;
      if (access !== undefined) await permitted(caller, rights.archive, experimentId);
      return found(await experiments.archive(experimentId, secondsOf(clock)), experimentId);
    },

    async unarchive({ params, caller }) {
      const { experimentId } = params;
      if (access !== undefined) await permitted(caller, rights.unarchive, experimentId);
      return found(await experiments.unarchive(experimentId), experimentId);
    },

    async delete({ params, caller }) {
      const { experimentId } = params;
      if (access !== undefined) await permitted(caller, rights.delete, experimentId);
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
