import {
  type Filter,
  type FilterOperation,
  type Listable,
  listableExperiment,
  listablePipeline,
  listablePipelineVersion,
  listableRecurringRun,
  listableRun,
  parseFilter,
  parseSort,
} from "@kfp-ts/api";
import type {
  ExperimentRecord,
  ListQuery,
  PipelineRecord,
  PipelineVersionRecord,
  RecurringRunRecord,
  RunRecord,
} from "../../src/ports/store.ts";

/** An experiment, with what matters to a test. */
export function experiment(over: Partial<ExperimentRecord> = {}): ExperimentRecord {
  return {
    experimentId: crypto.randomUUID(),
    displayName: `experiment ${crypto.randomUUID()}`,
    description: "",
    namespace: "",
    createdAt: 1_800_000_000,
    lastRunCreatedAt: 0,
    storageState: "AVAILABLE",
    ...over,
  };
}

/** A pipeline, with what matters to a test. */
export function pipeline(over: Partial<PipelineRecord> = {}): PipelineRecord {
  const name = `pipeline ${crypto.randomUUID()}`;
  return {
    pipelineId: crypto.randomUUID(),
    name,
    displayName: name,
    description: "",
    namespace: "",
    createdAt: 1_800_000_000,
    tags: {},
    ...over,
  };
}

/** A version of a pipeline, with what matters to a test. */
export function version(pipelineId: string, over: Partial<PipelineVersionRecord> = {}): PipelineVersionRecord {
  const name = `version ${crypto.randomUUID()}`;
  return {
    pipelineVersionId: crypto.randomUUID(),
    pipelineId,
    name,
    displayName: name,
    description: "",
    createdAt: 1_800_000_000,
    packageUrl: "",
    codeSourceUrl: "",
    pipelineSpec: '{"pipelineInfo":{"name":"hello"}}',
    tags: {},
    ...over,
  };
}

/** A run, with what matters to a test: inline, unless it says otherwise. */
export function run(over: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: crypto.randomUUID(),
    experimentId: "5cc1e04b-0000-7000-8000-000000000000",
    namespace: "",
    displayName: "run",
    name: "run-x7k2p",
    description: "",
    storageState: "AVAILABLE",
    serviceAccount: "pipeline-runner",
    parameters: "",
    pipelineRoot: "",
    createdAt: 1_800_000_000,
    scheduledAt: 1_800_000_000,
    finishedAt: 0,
    state: "PENDING",
    stateHistory: [{ updateTime: 1_800_000_000, state: "PENDING" }],
    recurringRunId: "",
    pluginsInput: "",
    place: "",
    launchedParameters: "",
    error: "",
    pipelineId: "",
    pipelineVersionId: "",
    pipelineSpec: '{"pipelineInfo":{"name":"inline"}}',
    ...over,
  };
}

/** A recurring run, with what matters to a test. */
export function recurringRun(over: Partial<RecurringRunRecord> = {}): RecurringRunRecord {
  return {
    recurringRunId: crypto.randomUUID(),
    experimentId: "5cc1e04b-0000-7000-8000-000000000000",
    namespace: "",
    displayName: "recurring run",
    name: "recurring-run-x7k2p",
    description: "",
    serviceAccount: "pipeline-runner",
    parameters: "",
    pipelineRoot: "",
    createdAt: 1_800_000_000,
    updatedAt: 1_800_000_000,
    enabled: true,
    maxConcurrency: 1,
    noCatchup: false,
    trigger: { kind: "cron", cron: "0 0 * * * *", startTime: 0, endTime: 0 },
    pluginsInput: "",
    pipelineId: "",
    pipelineVersionId: "",
    pipelineSpec: '{"pipelineInfo":{"name":"inline"}}',
    ...over,
  };
}

/** One predicate, as clients write it. */
export interface Where {
  readonly operation: FilterOperation;
  readonly key: string;
  readonly value: string | number | readonly string[];
}

/** A list query as the services make it of `sort_by` and `filter`. */
export interface Asked {
  readonly sortBy?: string;
  readonly where?: readonly Where[];
  readonly pageSize?: number;
}

/** Makes the query of a list from what a client asks for. */
export function queryOf(listable: Listable, { sortBy, where = [], pageSize = 20 }: Asked = {}): ListQuery {
  return { sort: parseSort(listable, sortBy), filter: filterOf(listable, where), pageSize };
}

function filterOf(listable: Listable, where: readonly Where[]): Filter {
  const predicates = where.map(({ operation, key, value }) => {
    if (Array.isArray(value)) return { operation, key, string_values: { values: value } };
    return { operation, key, [typeof value === "number" ? "long_value" : "string_value"]: value };
  });
  return parseFilter(listable, JSON.stringify({ predicates }));
}

export const experiments = (asked?: Asked): ListQuery => queryOf(listableExperiment, asked);
export const pipelines = (asked?: Asked): ListQuery => queryOf(listablePipeline, asked);
export const versions = (asked?: Asked): ListQuery => queryOf(listablePipelineVersion, asked);
export const runs = (asked?: Asked): ListQuery => queryOf(listableRun, asked);
export const recurringRuns = (asked?: Asked): ListQuery => queryOf(listableRecurringRun, asked);
