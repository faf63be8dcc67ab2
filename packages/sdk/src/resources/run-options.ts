import type { Json, JsonObject, Run } from "@kfp-ts/api";
import type { CachingOverride } from "../package/caching.ts";
import type { PackageSource } from "../upload/upload-source.ts";
import type { ExperimentChoice } from "./experiment-choice.ts";
import type { VersionChoice } from "./run-source.ts";

/**
 * What runs and recurring runs say beside what they run.
 *
 * @example
 * import type { RunSettings } from "@kfp-ts/sdk";
 *
 * const settings: RunSettings = { experimentName: "nightly", parameters: { epochs: 3 }, serviceAccount: "pipeline-runner" };
 * console.log(settings);
 */
export type RunSettings = ExperimentChoice &
  CachingOverride & {
    /** The name that people see. @default the pipeline's name with the time */
    readonly displayName?: string | undefined;
    readonly description?: string | undefined;
    /** The parameters of the pipeline, by name. */
    readonly parameters?: Readonly<Record<string, Json>> | undefined;
    /** Where artifacts go. @default as the pipeline or the server has it */
    readonly pipelineRoot?: string | undefined;
    /** The Kubernetes service account to run as. @default the server's */
    readonly serviceAccount?: string | undefined;
    /** Where the experiment, and a pipeline that is said by name, are. @default the client's namespace */
    readonly namespace?: string | undefined;
    /** Input for plugins of the server, by plugin. */
    readonly pluginsInput?: Readonly<Record<string, JsonObject>> | undefined;
  };

/**
 * A run of a compiled package.
 *
 * @example
 * import { Client, type NewRunFromPackage } from "@kfp-ts/sdk";
 *
 * const run: NewRunFromPackage = { path: "pipeline.yaml", parameters: { epochs: 3 }, enableCaching: false };
 * console.log((await new Client({ host: "http://localhost:3000" }).runs.createFromPackage(run)).runId);
 */
export type NewRunFromPackage = PackageSource & RunSettings;

/**
 * A run of a pipeline on the server.
 *
 * @example
 * import { Client, type NewRunFromPipeline } from "@kfp-ts/sdk";
 *
 * const run: NewRunFromPipeline = { pipelineName: "nightly", versionName: "v2", experimentName: "nightly" };
 * console.log((await new Client({ host: "http://localhost:3000" }).runs.createFromPipeline(run)).runId);
 */
export type NewRunFromPipeline = VersionChoice & RunSettings;

/**
 * How to wait for a run.
 *
 * @example
 * import { Client, type WaitOptions } from "@kfp-ts/sdk";
 *
 * const options: WaitOptions = { timeoutMs: 3_600_000, onState: (run) => console.error(run.state) };
 * const run = await new Client({ host: "http://localhost:3000" }).runs.wait("some-id", options);
 * console.log(run.state);
 */
export interface WaitOptions {
  /** How long to wait at the most, in milliseconds. @default for ever */
  readonly timeoutMs?: number | undefined;
  /** How long between two looks, in milliseconds. @default 5 000 */
  readonly pollIntervalMs?: number | undefined;
  /** How long the server may be out of reach before waiting ends with its error, in milliseconds. @default 600 000 */
  readonly outageMs?: number | undefined;
  /** Called with the run when it is first seen, and whenever its state is another one. */
  readonly onState?: ((run: Run) => void) | undefined;
  /** Called with the run at every look: for showing how its tasks get on. */
  readonly onLook?: ((run: Run) => void) | undefined;
  /** Called when the server is out of reach, before the next look. */
  readonly onOutage?: ((error: unknown) => void) | undefined;
  /** Ends the waiting; the run goes on. */
  readonly signal?: AbortSignal | undefined;
}
