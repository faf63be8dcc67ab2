import type { Kysely } from "kysely";

/**
 * The tables. A column that ends in `_key` is the folded text of the one before it: what is compared and sorted by.
 * Times are whole seconds since 1970, truth values 0 and 1, so that both engines answer the same.
 */
export interface Schema {
  readonly schema_versions: SchemaVersionsTable;
  readonly experiments: ExperimentsTable;
  readonly default_experiment: DefaultExperimentTable;
  readonly pipelines: PipelinesTable;
  readonly pipeline_tags: TagsTable;
  readonly pipeline_versions: PipelineVersionsTable;
  readonly pipeline_version_tags: TagsTable;
  readonly runs: RunsTable;
  readonly deleted_runs: DeletedRunsTable;
  readonly recurring_runs: RecurringRunsTable;
  readonly specs: SpecsTable;
  readonly spec_texts: SpecTextsTable;
  readonly counters: CountersTable;
  readonly secrets: SecretsTable;
}

/** What writes queries; it runs none. */
export type Database = Kysely<Schema>;

/** The changes of the schema that this database has seen. */
export interface SchemaVersionsTable {
  version: number;
  name: string;
  applied_at: number;
}

/** Experiments. */
export interface ExperimentsTable {
  experiment_id: string;
  display_name: string;
  display_name_key: string;
  description: string;
  description_key: string;
  namespace: string;
  created_at: number;
  last_run_created_at: number;
  storage_state: string;
}

/** At most one row, with `one` = 1. */
export interface DefaultExperimentTable {
  one: number;
  experiment_id: string;
}

/** Pipelines. */
export interface PipelinesTable {
  pipeline_id: string;
  name: string;
  name_key: string;
  display_name: string;
  display_name_key: string;
  description: string;
  description_key: string;
  namespace: string;
  created_at: number;
}

/** Tags of pipelines, or of versions. */
export interface TagsTable {
  owner_id: string;
  tag: string;
  tag_key: string;
  value: string;
  value_key: string;
}

/** Pipeline versions. */
export interface PipelineVersionsTable {
  pipeline_version_id: string;
  pipeline_id: string;
  name: string;
  name_key: string;
  display_name: string;
  display_name_key: string;
  description: string;
  description_key: string;
  created_at: number;
  package_url: string;
  code_source_url: string;
  spec_digest: string;
}

/** Where the pipeline of a run or recurring run comes from: by reference, or inline with the digest of its text. */
interface SourceColumns {
  pipeline_id: string;
  pipeline_version_id: string;
  inline_digest: string | null;
}

/** Runs. */
export interface RunsTable extends SourceColumns {
  run_id: string;
  experiment_id: string;
  namespace: string;
  display_name: string;
  display_name_key: string;
  name: string;
  description: string;
  description_key: string;
  storage_state: string;
  service_account: string;
  parameters: string;
  pipeline_root: string;
  created_at: number;
  scheduled_at: number;
  finished_at: number;
  state: string;
  state_history: string;
  recurring_run_id: string;
  plugins_input: string;
  launched_digest: string;
  place: string;
  launched_parameters: string;
  error: string;
}

/** Runs that are deleted, but of which there is still something where they were executed. */
export interface DeletedRunsTable {
  run_id: string;
  place: string;
}

/** Recurring runs. */
export interface RecurringRunsTable extends SourceColumns {
  recurring_run_id: string;
  experiment_id: string;
  namespace: string;
  display_name: string;
  display_name_key: string;
  name: string;
  description: string;
  description_key: string;
  service_account: string;
  parameters: string;
  pipeline_root: string;
  created_at: number;
  updated_at: number;
  enabled: number;
  max_concurrency: number;
  no_catchup: number;
  trigger_kind: string;
  cron: string;
  interval_second: number;
  start_time: number;
  end_time: number;
  plugins_input: string;
  /** The tick of the last run that it has made; 0 where there is none, and then `last_index` is 0 too. */
  last_tick: number;
  /** How many runs it has made. */
  last_index: number;
  /** When it is to be looked at; 0 as soon as possible. */
  look_at: number;
}

/** How many rows refer to a specification. Apart from the text, which would otherwise be written anew with each count. */
export interface SpecsTable {
  digest: string;
  refs: number;
}

/** The texts of specifications, each once. */
export interface SpecTextsTable {
  digest: string;
  text: string;
}

/** How many there are in a scope and storage state; see counters.ts. */
export interface CountersTable {
  resource: string;
  scope: string;
  storage_state: string;
  total: number;
}

/** Secrets, in hexadecimal. */
export interface SecretsTable {
  name: string;
  value: string;
}
