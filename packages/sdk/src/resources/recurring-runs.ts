import { type NewRecurringRun, operations, type RecurringRun } from "@kfp-ts/api";
import type { RequestOptions } from "../call/request-options.ts";
import { badArgument } from "../errors/bad-argument.ts";
import type { ExperimentListQuery } from "../list/list-query.ts";
import type { PageRequest } from "../list/page-request.ts";
import type { PackageSource } from "../upload/upload-source.ts";
import { listOf, type ResourceContext } from "./context.ts";
import { nameWithTime } from "./default-name.ts";
import { experimentIdOf } from "./experiment-choice.ts";
import type { Experiments } from "./experiments.ts";
import type { RunSettings } from "./run-options.ts";
import type { ResolvedSource, RunSources, VersionChoice } from "./run-source.ts";
import { runBody } from "./runs.ts";
import { type Schedule, triggerOf } from "./schedule.ts";

const table = operations.recurringRuns;

/**
 * What recurring runs say beside what they run.
 *
 * @example
 * import type { RecurringRunSettings } from "@kfp-ts/sdk";
 *
 * const settings: RecurringRunSettings = { schedule: { cron: "@daily" }, maxConcurrency: 2, catchUp: false };
 * console.log(settings);
 */
export type RecurringRunSettings = RunSettings & {
  readonly schedule: Schedule;
  /** How many of its runs may be under way at once, 1 to 10. @default 1 */
  readonly maxConcurrency?: number | undefined;
  /** Whether times that were missed are made up for. @default true */
  readonly catchUp?: boolean | undefined;
  /** Whether it makes runs from the beginning. @default true */
  readonly enabled?: boolean | undefined;
};

/**
 * A recurring run of a compiled package.
 *
 * @example
 * import { Client, type NewRecurringRunFromPackage } from "@kfp-ts/sdk";
 *
 * const nightly: NewRecurringRunFromPackage = { path: "pipeline.yaml", schedule: { cron: "0 30 2 * * *" } };
 * console.log((await new Client({ host: "http://localhost:3000" }).recurringRuns.createFromPackage(nightly)).status);
 */
export type NewRecurringRunFromPackage = PackageSource & RecurringRunSettings;

/**
 * A recurring run of a pipeline on the server. Without a version, each run takes the one that is the latest then.
 *
 * @example
 * import { Client, type NewRecurringRunFromPipeline } from "@kfp-ts/sdk";
 *
 * const hourly: NewRecurringRunFromPipeline = { pipelineName: "nightly", schedule: { intervalSeconds: 3600 } };
 * console.log((await new Client({ host: "http://localhost:3000" }).recurringRuns.createFromPipeline(hourly)).status);
 */
export type NewRecurringRunFromPipeline = VersionChoice & RecurringRunSettings;

/**
 * What happens to the runs of a recurring run that is deleted.
 *
 * @example
 * import { Client, type PropagationPolicy } from "@kfp-ts/sdk";
 *
 * const propagationPolicy: PropagationPolicy = "ORPHAN";
 * await new Client({ host: "http://localhost:3000" }).recurringRuns.delete("some-id", { propagationPolicy });
 */
export type PropagationPolicy = "FOREGROUND" | "BACKGROUND" | "ORPHAN";

/**
 * What makes runs by itself, on a schedule.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * for await (const { displayName, status } of kfp.recurringRuns.list()) console.log(displayName, status);
 */
export class RecurringRuns {
  readonly #context: ResourceContext;
  readonly #experiments: Experiments;
  readonly #sources: RunSources;

  /** @internal Use {@link Client}. */
  constructor(context: ResourceContext, experiments: Experiments, sources: RunSources) {
    this.#context = context;
    this.#experiments = experiments;
    this.#sources = sources;
  }

  /** Creates a recurring run from what the API takes, as it is. Without `mode: "ENABLE"` it is disabled. */
  create(recurringRun: NewRecurringRun, options?: RequestOptions): Promise<RecurringRun> {
    return this.#context.caller.call(table.create, { body: recurringRun }, options);
  }

  /**
   * Creates a recurring run of a compiled package.
   *
   * @throws KfpError BAD_ARGUMENT for a schedule that cannot be; BAD_PACKAGE, FILE_UNREADABLE
   */
  async createFromPackage(recurringRun: NewRecurringRunFromPackage, options?: RequestOptions): Promise<RecurringRun> {
    const own = ownBody(recurringRun);
    return this.#create(recurringRun, own, await this.#sources.fromPackage(recurringRun), options);
  }

  /**
   * Creates a recurring run of a pipeline on the server.
   *
   * @throws KfpError BAD_ARGUMENT for a schedule that cannot be; NOT_FOUND
   */
  async createFromPipeline(recurringRun: NewRecurringRunFromPipeline, options?: RequestOptions): Promise<RecurringRun> {
    const own = ownBody(recurringRun);
    return this.#create(recurringRun, own, await this.#sources.fromPipeline(recurringRun, true, options), options);
  }

  /** Gets a recurring run by its id. */
  get(recurringRunId: string, options?: RequestOptions): Promise<RecurringRun> {
    return this.#context.caller.call(table.get, { params: { recurringRunId } }, options);
  }

  /** Lists recurring runs: await it for a page, iterate over it for all. */
  list(query: ExperimentListQuery<"recurringRuns"> = {}, options?: RequestOptions): PageRequest<RecurringRun> {
    const { experimentId } = query;
    const namespace = query.namespace ?? (experimentId ? undefined : this.#context.namespace);
    const input = { query, more: { experimentId, namespace } };
    return listOf(this.#context, table.list, input, (answer) => answer.recurringRuns, options);
  }

  /** Lets it make runs. */
  async enable(recurringRunId: string, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.enable, { params: { recurringRunId } }, options);
  }

  /** Keeps it from making runs. Those under way go on. */
  async disable(recurringRunId: string, options?: RequestOptions): Promise<void> {
    await this.#context.caller.call(table.disable, { params: { recurringRunId } }, options);
  }

  /** Deletes a recurring run. */
  async delete(
    recurringRunId: string,
    how: { readonly propagationPolicy?: PropagationPolicy } = {},
    options?: RequestOptions,
  ): Promise<void> {
    const query = { propagationPolicy: how.propagationPolicy };
    await this.#context.caller.call(table.delete, { params: { recurringRunId }, query }, options);
  }

  async #create(
    settings: RecurringRunSettings,
    own: ReturnType<typeof ownBody>,
    { source, name }: ResolvedSource,
    options: RequestOptions | undefined,
  ): Promise<RecurringRun> {
    const displayName = settings.displayName ?? nameWithTime(await name(), new Date());
    const experimentId = await experimentIdOf(settings, settings.namespace, this.#experiments, options);
    return this.create({ ...source, ...runBody(settings), ...own, displayName, experimentId }, options);
  }
}

function ownBody({ schedule, maxConcurrency = 1, catchUp = true, enabled = true }: RecurringRunSettings) {
  if (!Number.isInteger(maxConcurrency) || maxConcurrency < 1 || maxConcurrency > 10) {
    throw badArgument(`maxConcurrency is ${maxConcurrency}; it has to be a whole number from 1 to 10.`);
  }
  return {
    trigger: triggerOf(schedule ?? {}),
    maxConcurrency,
    noCatchup: !catchUp,
    mode: enabled ? ("ENABLE" as const) : ("DISABLE" as const),
  };
}
