import { type Experiment, type NewExperiment, operations } from "@kfp-ts/api";
import type { RequestOptions } from "../call/request-options.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import { filter } from "../list/filter.ts";
import type { NamespacedListQuery } from "../list/list-query.ts";
import type { PageRequest } from "../list/page-request.ts";
import { onlyOne } from "./by-name.ts";
import { listOf, type ResourceContext } from "./context.ts";

const table = operations.experiments;

/**
 * Where to look for something by name.
 *
 * @example
 * import { type ByName, Client } from "@kfp-ts/sdk";
 *
 * const where: ByName = { namespace: "team-a" };
 * console.log((await new Client({ host: "http://localhost:3000" }).experiments.getByName("nightly", where)).experimentId);
 */
export interface ByName {
  /** @default the client's namespace */
  readonly namespace?: string | undefined;
}

/**
 * Named groups of runs.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * const experiment = await kfp.experiments.getOrCreate({ displayName: "nightly" });
 * console.log(experiment.experimentId, experiment.createdAt.toISOString());
 */
export class Experiments {
  readonly #context: ResourceContext;

  /** @internal Use {@link Client}. */
  constructor(context: ResourceContext) {
    this.#context = context;
  }

  /**
   * Creates an experiment. Names are unique within a namespace and compared without case.
   *
   * @throws KfpError ALREADY_EXISTS; {@link getOrCreate} takes the one that is there.
   */
  create(experiment: NewExperiment, options?: RequestOptions): Promise<Experiment> {
    const namespace = experiment.namespace ?? this.#context.namespace;
    return this.#context.caller.call(table.create, { body: { ...experiment, namespace } }, options);
  }

  /** Gets an experiment by its id, archived or not. */
  get(experimentId: string, options?: RequestOptions): Promise<Experiment> {
    return this.#context.caller.call(table.get, { params: { experimentId } }, options);
  }

  /**
   * Gets an experiment by its name, archived or not.
   *
   * @throws KfpError NOT_FOUND; AMBIGUOUS_NAME when several namespaces have one and none was said.
   */
  getByName(displayName: string, where: ByName = {}, options?: RequestOptions): Promise<Experiment> {
    const namespace = where.namespace ?? this.#context.namespace;
    const named = filter("experiments").where("displayName").equals(displayName);
    const found = this.list({ filter: named, namespace }, options);
    return onlyOne(found, (experiment) => experiment.displayName, displayName, "experiment", namespace);
  }

  /**
   * Gets the experiment of this name, or creates it. Whoever comes second when two do this at once gets the first one's.
   * One that is there stays as it is: its description is not changed.
   */
  async getOrCreate(experiment: NewExperiment, options?: RequestOptions): Promise<Experiment> {
    const find = () => this.getByName(experiment.displayName, { namespace: experiment.namespace }, options);
    try {
      return await find();
    } catch (error) {
      if (!isKfpError(error) || error.code !== "NOT_FOUND") throw error;
    }
    try {
      return await this.create(experiment, options);
    } catch (error) {
      if (!isKfpError(error) || error.code !== "ALREADY_EXISTS") throw error;
      return await find();
    }
  }

  /** Lists experiments: await it for a page, iterate over it for all. */
  list(query: NamespacedListQuery<"experiments"> = {}, options?: RequestOptions): PageRequest<Experiment> {
    const more = { namespace: query.namespace ?? this.#context.namespace };
    return listOf(this.#context, table.list, { query, more }, (answer) => answer.experiments, options);
  }

  /** Archives an experiment and its runs, and disables its recurring runs. */
  async archive(experimentId: string, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.archive, { params: { experimentId } }, options);
  }

  /** Takes an experiment out of the archive. Its runs stay there. */
  async unarchive(experimentId: string, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.unarchive, { params: { experimentId } }, options);
  }

  /** Deletes an experiment. Its runs stay. */
  async delete(experimentId: string, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.delete, { params: { experimentId } }, options);
  }
}
