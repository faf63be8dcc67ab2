import { type NewRun, operations, type Run, type RunArtifact, type RunOutputs, type RunTask } from "@kfp-ts/api";
import type { RequestOptions } from "../call/request-options.ts";
import type { ExperimentListQuery } from "../list/list-query.ts";
import type { PageRequest } from "../list/page-request.ts";
import { listOf, type ResourceContext } from "./context.ts";
import { nameWithTime } from "./default-name.ts";
import { experimentIdOf } from "./experiment-choice.ts";
import type { Experiments } from "./experiments.ts";
import {
  type ArtifactOptions,
  type ArtifactQuery,
  artifactOf,
  type LogOptions,
  logOf,
  type PageQuery,
  pagesOf,
} from "./run-contents.ts";
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

  /**
   * Lists the tasks of a run with what went in and what came out, in the order in which they started: await it for a
   * page, iterate over it for all. A run of which nothing has been executed has none.
   *
   * @throws KfpError UNSUPPORTED_BY_SERVER by Kubeflow Pipelines on Kubernetes: there `get` gives what is known of tasks.
   */
  tasks(runId: string, page: PageQuery = {}, options?: RequestOptions): PageRequest<RunTask> {
    const { caller } = this.#context;
    const params = { runId };
    return pagesOf(
      async (query, given) => {
        const { tasks: items = [], ...more } = await caller.call(table.tasks, { params, query }, given);
        return { items, ...more };
      },
      page,
      options,
    );
  }

  /**
   * Lists the artifacts that the tasks of a run have made: await it for a page, iterate over it for all.
   *
   * @throws KfpError UNSUPPORTED_BY_SERVER by Kubeflow Pipelines on Kubernetes.
   */
  artifacts(runId: string, query: ArtifactQuery = {}, options?: RequestOptions): PageRequest<RunArtifact> {
    const { caller } = this.#context;
    const { type } = query;
    return pagesOf(
      async (page, given) => {
        const asked = { params: { runId }, query: { ...page, type } };
        const { artifacts: items = [], ...more } = await caller.call(table.artifacts, asked, given);
        return { items, ...more };
      },
      query,
      options,
    );
  }

  /**
   * What a run as a whole has given: the outputs of its pipeline, none before its end.
   *
   * @throws KfpError UNSUPPORTED_BY_SERVER by Kubeflow Pipelines on Kubernetes.
   *
   * @example
   * import { Client } from "@kfp-ts/sdk";
   *
   * const kfp = new Client({ host: "http://localhost:3000" });
   * const { parameters } = await kfp.runs.outputs("some-id");
   * console.log(parameters);
   */
  async outputs(runId: string, options?: RequestOptions): Promise<RunOutputs> {
    return await this.#context.caller.call(table.outputs, { params: { runId } }, options);
  }

  /**
   * The log of a task, as text that comes piece by piece; with `follow` until the task has ended, through connections
   * that break. Who stops iterating ends the request. `timeoutMs` is for its beginning.
   *
   * @param task - Its id or its path, as `tasks` gives them; for Kubeflow Pipelines on Kubernetes the name of its pod.
   * @throws KfpError NOT_FOUND where there is no such log.
   *
   * @example
   * import { Client } from "@kfp-ts/sdk";
   *
   * const kfp = new Client({ host: "http://localhost:3000" });
   * for await (const text of kfp.runs.logs("some-id", "train", { follow: true })) process.stdout.write(text);
   */
  logs(runId: string, task: string, options: LogOptions = {}): AsyncIterable<string> {
    return logOf(this.#context.caller, { runId, nodeId: task }, options);
  }

  /**
   * The content of an artifact that a task has made, piece by piece; a folder comes as a tar archive. Who stops iterating
   * ends the request. From Kubeflow Pipelines on Kubernetes it comes as one piece, where it has it.
   *
   * @param task - Its id or its path, as `tasks` gives them.
   * @throws KfpError NOT_FOUND where there is no such artifact.
   *
   * @example
   * import { createWriteStream } from "node:fs";
   * import { pipeline } from "node:stream/promises";
   * import { Client } from "@kfp-ts/sdk";
   *
   * const kfp = new Client({ host: "http://localhost:3000" });
   * await pipeline(kfp.runs.readArtifact("some-id", "train", "model"), createWriteStream("model.bin"));
   */
  readArtifact(runId: string, task: string, name: string, options: ArtifactOptions = {}): AsyncIterable<Uint8Array> {
    return artifactOf(this.#context.caller, { runId, nodeId: task, artifactName: name }, options);
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
