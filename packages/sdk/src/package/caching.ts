import type { ComponentSpec, DagSpec, ParsedPipeline, TaskSpec } from "@kfp-ts/api/pipeline-spec";

/**
 * What a run says about caching, for all tasks of its pipeline.
 *
 * @example
 * import type { CachingOverride } from "@kfp-ts/sdk";
 *
 * const fresh: CachingOverride = { enableCaching: false };
 * console.log(fresh);
 */
export interface CachingOverride {
  /** Whether tasks may take the results of earlier ones. @default as the pipeline has it, task by task */
  readonly enableCaching?: boolean | undefined;
  /** What results are kept under, in place of a fingerprint of the task. @default as the pipeline has it */
  readonly cacheKey?: string | undefined;
}

/** Whether there is something to override. */
export function overridesCaching({ enableCaching, cacheKey }: CachingOverride): boolean {
  return enableCaching !== undefined || cacheKey !== undefined;
}

/**
 * A pipeline with other caching: in all graphs of tasks, also those within conditions, loops and nested pipelines.
 * Python's client reaches the outermost graph only.
 */
export function withCaching(pipeline: ParsedPipeline, override: CachingOverride): ParsedPipeline {
  const { pipelineSpec } = pipeline;
  const component = (spec: ComponentSpec): ComponentSpec =>
    spec.dag === undefined ? spec : { ...spec, dag: inDag(spec.dag, override) };
  return {
    ...pipeline,
    pipelineSpec: {
      ...pipelineSpec,
      ...(pipelineSpec.root === undefined ? {} : { root: component(pipelineSpec.root) }),
      ...(pipelineSpec.components === undefined ? {} : { components: mapped(pipelineSpec.components, component) }),
    },
  };
}

function inDag(dag: DagSpec, { enableCaching, cacheKey }: CachingOverride): DagSpec {
  const task = (spec: TaskSpec): TaskSpec => ({
    ...spec,
    cachingOptions: {
      ...spec.cachingOptions,
      ...(enableCaching === undefined ? {} : { enableCache: enableCaching }),
      ...(cacheKey === undefined ? {} : { cacheKey }),
    },
  });
  return dag.tasks === undefined ? dag : { ...dag, tasks: mapped(dag.tasks, task) };
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
