/**
 * What lists can be sorted and filtered by. The keys are those of the API; several keys can mean the same column.
 * `kind` says how the column compares: texts without case, instants as whole seconds since 1970.
 */
export interface ListColumn {
  /** The column, by the name of the message's field. */
  readonly column: string;
  readonly kind: "text" | "instant";
  /** Upstream can sort by it only while everything fits on one page; the name it gives in that error. */
  readonly onePageOnly?: string;
}

/** A kind of thing that can be listed. */
export interface Listable {
  /** What upstream calls it in errors. */
  readonly name: "Experiment" | "Pipeline" | "PipelineVersion" | "Run" | "Job";
  readonly keys: Readonly<Record<string, ListColumn>>;
  /** Whether `tags.<key>` can be filtered by. */
  readonly tags: boolean;
}

const text = <const Column extends string>(column: Column) => ({ column, kind: "text" }) as const;
const instant = <const Column extends string>(column: Column) => ({ column, kind: "instant" }) as const;

/** Lists of experiments. */
export const listableExperiment = {
  name: "Experiment",
  tags: false,
  keys: {
    id: text("experimentId"),
    experiment_id: text("experimentId"),
    name: text("displayName"),
    display_name: text("displayName"),
    created_at: instant("createdAt"),
    last_run_created_at: instant("lastRunCreatedAt"),
    description: text("description"),
    namespace: text("namespace"),
    storage_state: text("storageState"),
  },
} as const satisfies Listable;

/** Lists of pipelines. */
export const listablePipeline = {
  name: "Pipeline",
  tags: true,
  keys: {
    id: text("pipelineId"),
    pipeline_id: text("pipelineId"),
    name: text("name"),
    display_name: text("displayName"),
    created_at: instant("createdAt"),
    description: text("description"),
    namespace: text("namespace"),
  },
} as const satisfies Listable;

/** Lists of pipeline versions. */
export const listablePipelineVersion = {
  name: "PipelineVersion",
  tags: true,
  keys: {
    id: text("pipelineVersionId"),
    pipeline_version_id: text("pipelineVersionId"),
    name: text("name"),
    display_name: text("displayName"),
    created_at: instant("createdAt"),
    status: text("status"),
    description: text("description"),
    pipeline_spec: text("pipelineSpec"),
  },
} as const satisfies Listable;

/** Lists of runs. */
export const listableRun = {
  name: "Run",
  tags: false,
  keys: {
    id: text("runId"),
    run_id: text("runId"),
    name: text("displayName"),
    display_name: text("displayName"),
    created_at: instant("createdAt"),
    finished_at: instant("finishedAt"),
    scheduled_at: instant("scheduledAt"),
    description: text("description"),
    storage_state: text("storageState"),
    status: text("conditions"),
    namespace: text("namespace"),
    experiment_id: { ...text("experimentId"), onePageOnly: "ExperimentUUID" },
    state: text("state"),
    state_history: { ...text("stateHistory"), onePageOnly: "StateHistory" },
    runtime_details: text("runtimeDetails"),
    recurring_run_id: { ...text("recurringRunId"), onePageOnly: "JobUUID" },
  },
} as const satisfies Listable;

/** Lists of recurring runs, which upstream still calls jobs. */
export const listableRecurringRun = {
  name: "Job",
  tags: false,
  keys: {
    id: text("recurringRunId"),
    recurring_run_id: text("recurringRunId"),
    name: text("displayName"),
    display_name: text("displayName"),
    created_at: instant("createdAt"),
    updated_at: instant("updatedAt"),
    description: text("description"),
  },
} as const satisfies Listable;
