import type { Filter, RuntimeState, Sort } from "@kfp-ts/api";

/**
 * Where the server keeps what it knows. Services speak to this port alone; adapters are the folders beside it.
 *
 * Instants are whole seconds since 1970, as the API's filters see them; 0 means "not yet". Names are compared without
 * case. Every method that writes is one transaction: either all of it is on disk when the promise is fulfilled, or none.
 * Namespaces and ids are in lower case, so that filters find them in any; the ids of runs alone may be in any case.
 *
 * A method rejects with a StatusError: INVALID_ARGUMENT for what cannot be stored or asked (a NUL character, a filter
 * that is too large, a sort that upstream cannot page by), UNAVAILABLE where the database does not answer or its disk is
 * full, DATA_LOSS where it is damaged.
 */
export interface Store {
  readonly experiments: ExperimentStore;
  readonly pipelines: PipelineStore;
  readonly pipelineVersions: PipelineVersionStore;
  readonly runs: RunStore;
  readonly recurringRuns: RecurringRunStore;
  readonly schedule: ScheduleStore;
  /** A secret of 32 bytes that is made when it is first asked for and then stays the same, kept in the database. */
  secret(name: string): Promise<Uint8Array>;
  /** How many there are, for `/metrics`. */
  counts(): Promise<StoreCounts>;
  /** Fulfilled when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** How many there are of each. */
export interface StoreCounts {
  readonly experiments: number;
  readonly pipelines: number;
  readonly pipelineVersions: number;
  readonly runs: number;
  readonly recurringRuns: number;
}

/** Whether something is among the current ones or in the archive. */
export type StorageState = "AVAILABLE" | "ARCHIVED";

/** Where a page begins: after the row that has this value in the sorted column, and this id. */
export interface Cursor {
  readonly value: string | number;
  readonly id: string;
}

/** What a list asks for. */
export interface ListQuery {
  readonly sort: Sort;
  readonly filter: Filter;
  readonly pageSize: number;
  /** Absent on the first page. */
  readonly after?: Cursor | undefined;
}

/** A page, and where the next one begins. `totalSize` counts what is on all pages. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly totalSize: number;
  readonly next?: Cursor | undefined;
}

/** An experiment as it is stored. */
export interface ExperimentRecord {
  readonly experimentId: string;
  readonly displayName: string;
  readonly description: string;
  readonly namespace: string;
  readonly createdAt: number;
  readonly lastRunCreatedAt: number;
  readonly storageState: StorageState;
}

/** Experiments. Names are unique within a namespace. */
export interface ExperimentStore {
  /** @returns false where the name is taken. */
  insert(record: ExperimentRecord): Promise<boolean>;
  get(experimentId: string): Promise<ExperimentRecord | undefined>;
  list(query: ListQuery & { readonly namespace?: string | undefined }): Promise<Page<ExperimentRecord>>;
  /** Archives it with its runs, and disables its recurring runs. @returns false where there is none. */
  archive(experimentId: string, now: number): Promise<boolean>;
  /** @returns false where there is none. */
  unarchive(experimentId: string): Promise<boolean>;
  /** Its runs and recurring runs stay. @returns false where there is none. */
  delete(experimentId: string): Promise<boolean>;
  /**
   * The default experiment; `make` is stored as it where there is none yet. Where an experiment of that name is there
   * already, it becomes the default one. Two callers at once get the same one.
   */
  default(make: () => ExperimentRecord): Promise<ExperimentRecord>;
  /** The id of the default experiment, where there is one. */
  defaultId(): Promise<string | undefined>;
}

/** A pipeline as it is stored. */
export interface PipelineRecord {
  readonly pipelineId: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /** Empty for a pipeline that all share. */
  readonly namespace: string;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** What can be changed of a pipeline and of a version. `tags` replaces all; absent leaves them. */
export interface NameAndTags {
  readonly displayName?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What became of a pipeline that was to be deleted. */
export type PipelineDeletion =
  | { readonly outcome: "deleted" }
  | { readonly outcome: "absent" }
  | { readonly outcome: "has versions"; readonly pipelineVersionId: string };

/** Pipelines. Names are unique within a namespace. */
export interface PipelineStore {
  /** Stores it, with its first version where one is given. @returns false where the name is taken. */
  insert(record: PipelineRecord, version?: PipelineVersionRecord): Promise<boolean>;
  get(pipelineId: string): Promise<PipelineRecord | undefined>;
  getByName(namespace: string, name: string): Promise<PipelineRecord | undefined>;
  list(query: ListQuery & { readonly namespace?: string | undefined }): Promise<Page<PipelineRecord>>;
  /** @returns the changed one, undefined where there is none. */
  update(pipelineId: string, change: NameAndTags): Promise<PipelineRecord | undefined>;
  delete(pipelineId: string, options: { readonly cascade: boolean }): Promise<PipelineDeletion>;
}

/** A pipeline version as it is stored. */
export interface PipelineVersionRecord {
  readonly pipelineVersionId: string;
  readonly pipelineId: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly createdAt: number;
  readonly packageUrl: string;
  readonly codeSourceUrl: string;
  /** The compiled pipeline as the API returns it: JSON text of one object. */
  readonly pipelineSpec: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Pipeline versions. Names are unique within a pipeline. */
export interface PipelineVersionStore {
  insert(record: PipelineVersionRecord): Promise<"stored" | "name taken" | "no pipeline">;
  get(pipelineVersionId: string): Promise<PipelineVersionRecord | undefined>;
  /** The newest version of a pipeline. */
  latest(pipelineId: string): Promise<PipelineVersionRecord | undefined>;
  list(query: ListQuery & { readonly pipelineId: string }): Promise<Page<PipelineVersionRecord>>;
  /** @returns the changed one, undefined where there is none. */
  update(pipelineVersionId: string, change: NameAndTags): Promise<PipelineVersionRecord | undefined>;
  /** @returns false where there is none. */
  delete(pipelineVersionId: string): Promise<boolean>;
}

/** Where the pipeline of a run or of a recurring run comes from. */
export interface SourceRecord {
  /** Empty where the specification came inline. */
  readonly pipelineId: string;
  /** Empty where the specification came inline, and for a recurring run that always takes the latest version. */
  readonly pipelineVersionId: string;
  /** JSON text of the specification that came inline; empty where it came by reference. */
  readonly pipelineSpec: string;
}

/** A run as it is stored. */
export interface RunRecord extends SourceRecord {
  readonly runId: string;
  readonly experimentId: string;
  readonly namespace: string;
  readonly displayName: string;
  /** The name that its workflow would have on a cluster; access reviews ask by it. */
  readonly name: string;
  readonly description: string;
  readonly storageState: StorageState;
  readonly serviceAccount: string;
  /** JSON text of an object, or empty. */
  readonly parameters: string;
  readonly pipelineRoot: string;
  readonly createdAt: number;
  readonly scheduledAt: number;
  readonly finishedAt: number;
  readonly state: RuntimeState;
  /** Oldest first. */
  readonly stateHistory: readonly StateChange[];
  readonly recurringRunId: string;
  /** JSON text of an object, or empty. */
  readonly pluginsInput: string;
  /** Where it is executed: the id of a folder of runs. Empty where it is only recorded. */
  readonly place: string;
  /** The parameters that it is executed with: JSON text of an object; empty where they are `parameters`. */
  readonly launchedParameters: string;
  /** Why it failed: JSON text of a Status, or empty. */
  readonly error: string;
}

/** What changes together with the state of a run. What is absent stays as it is. */
export interface RunChange {
  readonly finishedAt?: number | undefined;
  readonly error?: string | undefined;
}

/** What a place has to do something about. */
export interface PlaceWork {
  /** Runs that have not ended. */
  readonly unfinished: readonly { readonly runId: string; readonly state: RuntimeState }[];
  /** Deleted runs of which it still has something. */
  readonly deleted: readonly string[];
}

/** When a run came into a state. */
export interface StateChange {
  readonly updateTime: number;
  readonly state: RuntimeState;
}

/** Runs. Names need not be unique. Counting them is exact and does not read them. */
export interface RunStore {
  /**
   * Stores it and notes its time on its experiment. `launchedSpec` is the specification that it runs (for a run by
   * reference that of the version, which may be deleted later).
   *
   * @returns false where the id is taken, or something is left of a deleted run of that id.
   */
  insert(record: RunRecord, launchedSpec: string): Promise<boolean>;
  get(runId: string): Promise<RunRecord | undefined>;
  /** The specification that it runs, however it was given: JSON text. */
  launchedSpec(runId: string): Promise<string | undefined>;
  list(
    query: ListQuery & { readonly experimentId?: string | undefined; readonly namespace?: string | undefined },
  ): Promise<Page<RunRecord>>;
  /** @returns false where there is none. */
  setStorageState(runId: string, state: StorageState): Promise<boolean>;
  /**
   * Brings a run from one of the states `from` into `state` and notes the change in its history where `at` is given.
   *
   * @returns false where there is none, or it is in another state.
   */
  setState(
    runId: string,
    from: readonly RuntimeState[],
    state: RuntimeState,
    at?: number,
    change?: RunChange,
  ): Promise<boolean>;
  /** Where a run was executed somewhere, that is noted for its place. @returns false where there is none. */
  delete(runId: string): Promise<boolean>;
  /** What a place has to do something about. */
  workOf(place: string): Promise<PlaceWork>;
  /** Notes that nothing is left of a deleted run at its place. */
  forget(runId: string): Promise<void>;
}

/** When a recurring run makes a run. Instants in seconds, 0 where there is none. */
export type TriggerRecord =
  | { readonly kind: "none" }
  | { readonly kind: "cron"; readonly cron: string; readonly startTime: number; readonly endTime: number }
  | {
      readonly kind: "periodic";
      readonly intervalSecond: number;
      readonly startTime: number;
      readonly endTime: number;
    };

/** A recurring run as it is stored. */
export interface RecurringRunRecord extends SourceRecord {
  readonly recurringRunId: string;
  readonly experimentId: string;
  readonly namespace: string;
  readonly displayName: string;
  /** The name that its resource would have on a cluster. */
  readonly name: string;
  readonly description: string;
  readonly serviceAccount: string;
  /** JSON text of an object, or empty. */
  readonly parameters: string;
  readonly pipelineRoot: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly enabled: boolean;
  readonly maxConcurrency: number;
  readonly noCatchup: boolean;
  readonly trigger: TriggerRecord;
  /** JSON text of an object, or empty. */
  readonly pluginsInput: string;
}

/** Recurring runs. Names need not be unique. */
export interface RecurringRunStore {
  insert(record: RecurringRunRecord): Promise<void>;
  get(recurringRunId: string): Promise<RecurringRunRecord | undefined>;
  list(
    query: ListQuery & { readonly experimentId?: string | undefined; readonly namespace?: string | undefined },
  ): Promise<Page<RecurringRunRecord>>;
  /** @returns false where there is none. */
  setEnabled(recurringRunId: string, enabled: boolean, now: number): Promise<boolean>;
  /** Its runs stay. @returns false where there is none. */
  delete(recurringRunId: string): Promise<boolean>;
}

/** A recurring run with what says whether a run is due. */
export interface ScheduledRecurringRun {
  readonly recurringRun: RecurringRunRecord;
  /** The tick of the last run that it has made; 0 where there is none. */
  readonly lastTick: number;
  /** How many runs it has made: the number of the last one. */
  readonly lastIndex: number;
  /** How many of its runs have not ended. */
  readonly unfinished: number;
}

/** When recurring runs make runs. Enabling one makes it one that is to be looked at. */
export interface ScheduleStore {
  /** The ids of enabled ones that are to be looked at by now, those first that have waited longest. */
  due(now: number, limit: number): Promise<readonly string[]>;
  /** When the next enabled one is to be looked at; undefined where none is enabled. */
  nextLook(): Promise<number | undefined>;
  /** As of one moment; undefined where there is none. */
  get(recurringRunId: string): Promise<ScheduledRecurringRun | undefined>;
  /**
   * Notes that the run of a tick has been made, and when to look again.
   *
   * @returns false where somebody else has noted the run of that number before, or the recurring run is gone.
   */
  noteTick(
    recurringRunId: string,
    made: { readonly tick: number; readonly index: number; readonly lookAt: number },
  ): Promise<boolean>;
  /** Says when to look at it again, unless it has made a run since that one. */
  lookAgain(recurringRunId: string, lastIndex: number, at: number): Promise<void>;
  /** Makes all enabled ones such that are to be looked at: what was noted does not hold where a clock was set back. */
  lookAgainAtAll(): Promise<void>;
}
