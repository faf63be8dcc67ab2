import { type NewRun, operations, type Run } from "@kfp-ts/api";
import type { RequestOptions } from "../call/request-options.ts";
import type { ExperimentListQuery } from "../list/list-query.ts";
import type { PageRequest } from "../list/page-request.ts";
import { listOf, type ResourceContext } from "./context.ts";
import { nameWithTime } from "./default-name.ts";
import { experimentIdOf } from "./experiment-choice.ts";
import type { Experiments } from "./experiments.ts";
import type { NewRunFromPackage, NewRunFromPipeline, RunSettings, WaitOptions } from "./run-options.ts";
import type { ResolvedSource, RunSources } from "./run-source.ts";
import { waitForRun } from "./wait.ts";

const table = operations.runs;

/**
 * Executions of pipelines.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * const run = await kfp.runs.createFromPackage({ path: "pipeline.yaml", parameters: { epochs: 3 } });
 * const ended = await kfp.runs.wait(run.runId, { onState: ({ state }) => console.error(state) });
 * console.log(ended.state, ended.finishedAt);
 */
export class Runs {
  readonly #context: ResourceContext;
  readonly #experiments: Experiments;
  readonly #sources: RunSources;

  /** @internal Use {@link Client}. */
  constructor(context: ResourceContext, experiments: Experiments, sources: RunSources) {
    this.#context = context;
    this.#experiments = experiments;
    this.#sources = sources;
  }

  /** Creates a run from what the API takes, as it is. */
  create(run: NewRun, options?: RequestOptions): Promise<Run> {
    return this.#context.caller.call(table.create, { body: run }, options);
  }

  /**
   * Creates a run of a compiled package. The package is read and checked here; the experiment is looked for, and created
   * if need be, once that has worked.
   *
   * @throws KfpError BAD_PACKAGE, FILE_UNREADABLE
   */
  async createFromPackage(run: NewRunFromPackage, options?: RequestOptions): Promise<Run> {
    return this.#create(run, await this.#sources.fromPackage(run), options);
  }

  /**
   * Creates a run of a version of a pipeline on the server, the latest where none is said.
   *
   * @throws KfpError NOT_FOUND when there is no pipeline or version of that name; no experiment is created then.
   */
  async createFromPipeline(run: NewRunFromPipeline, options?: RequestOptions): Promise<Run> {
    return this.#create(run, await this.#sources.fromPipeline(run, false, options), options);
  }

  /** Gets a run by its id. */
  get(runId: string, options?: RequestOptions): Promise<Run> {
    return this.#context.caller.call(table.get, { params: { runId } }, options);
  }

  /** Lists runs: await it for a page, iterate over it for all. */
  list(query: ExperimentListQuery<"runs"> = {}, options?: RequestOptions): PageRequest<Run> {
    const { experimentId } = query;
    const namespace = query.namespace ?? (experimentId ? undefined : this.#context.namespace);
    return listOf(
      this.#context,
      table.list,
      { query, more: { experimentId, namespace } },
      (answer) => answer.runs,
      options,
    );
  }

  /**
   * Waits until a run has ended, well or not: SUCCEEDED, SKIPPED, FAILED or CANCELED. A run that failed is no error of
   * waiting: look at its `state`. A server that goes out of reach meanwhile is waited for.
   *
   * @throws TimeoutError WAIT_TIMEOUT; the reason of the signal, as it is.
   */
  wait(runId: string, options: WaitOptions = {}): Promise<Run> {
    return waitForRun(runId, (look) => this.get(runId, look), this.#context.caller.clock, options);
  }

  /** Puts a run into the archive. It goes on running. */
  async archive(runId: string, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.archive, { params: { runId } }, options);
  }

  /** Takes a run out of the archive. */
  async unarchive(runId: string, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.unarchive, { params: { runId } }, options);
  }

  /** Asks a run to end. It becomes CANCELING, and ends a little later. */
  async terminate(runId: string, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.terminate, { params: { runId } }, options);
  }

  /** Runs the tasks of a failed run again that did not succeed. */
  async retry(runId: string, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.retry, { params: { runId } }, options);
  }

  /** Deletes a run. */
  async delete(runId: string, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.delete, { params: { runId } }, options);
  }

  async #create(
    settings: RunSettings,
    { source, name }: ResolvedSource,
    options: RequestOptions | undefined,
  ): Promise<Run> {
    const displayName = settings.displayName ?? nameWithTime(await name(), new Date());
    const experimentId = await experimentIdOf(settings, settings.namespace, this.#experiments, options);
    return this.create({ ...source, ...runBody(settings), displayName, experimentId }, options);
  }
}

/** What runs and recurring runs have in common, as the API takes it. */
export function runBody({ description, parameters, pipelineRoot, serviceAccount, pluginsInput }: RunSettings) {
  return { description, serviceAccount, pluginsInput, runtimeConfig: { parameters: parameters ?? {}, pipelineRoot } };
}
