import type { UploadProgress } from "../upload/multipart.ts";
import type { PackageSource } from "../upload/upload-source.ts";
import type { PipelineChoice } from "./pipeline-choice.ts";

/**
 * What an upload says beside the package.
 *
 * @example
 * import type { UploadSettings } from "@kfp-ts/sdk";
 *
 * const settings: UploadSettings = { description: "trains at night", tags: { team: "vision" } };
 * console.log(settings);
 */
export interface UploadSettings {
  /** The name that people see. @default the name */
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  /** Up to 20 labels. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Where the source code is. */
  readonly codeSourceUrl?: string | undefined;
  /** Called as the file is handed over, piece by piece. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
}

/**
 * A new pipeline from a compiled package.
 *
 * @example
 * import { Client, type NewUpload } from "@kfp-ts/sdk";
 *
 * const upload: NewUpload = {
 *   path: "pipeline.yaml",
 *   name: "nightly",
 *   onProgress: ({ sentBytes, totalBytes }) => console.error(`${sentBytes} of ${totalBytes ?? "?"}`),
 * };
 * console.log((await new Client({ host: "http://localhost:3000" }).pipelines.upload(upload)).pipelineId);
 */
export type NewUpload = PackageSource &
  UploadSettings & {
    /** Unique within its namespace. @default the name in the package; for a stream, which can be read only once, its file name */
    readonly name?: string | undefined;
    /** @default the client's namespace; an empty text shares it with all */
    readonly namespace?: string | undefined;
  };

/**
 * A new version of a pipeline from a compiled package.
 *
 * @example
 * import { Client, type NewVersionUpload } from "@kfp-ts/sdk";
 *
 * const upload: NewVersionUpload = { path: "pipeline.yaml", pipelineName: "nightly", name: "v2" };
 * console.log((await new Client({ host: "http://localhost:3000" }).pipelineVersions.upload(upload)).pipelineVersionId);
 */
export type NewVersionUpload = PackageSource &
  UploadSettings &
  PipelineChoice & {
    /** Unique within its pipeline. @default the name in the package with the time; for a stream, its file name */
    readonly name?: string | undefined;
    /** Where the pipeline of `pipelineName` is. @default the client's namespace */
    readonly namespace?: string | undefined;
  };
