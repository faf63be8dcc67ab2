/**
 * A file on this machine. Not in browsers.
 *
 * @example
 * import type { PathSource } from "@kfp-ts/sdk";
 *
 * const source: PathSource = { path: "pipeline.yaml" };
 * console.log(source);
 */
export interface PathSource {
  readonly path: string;
  readonly bytes?: never;
  readonly stream?: never;
  readonly text?: never;
  readonly spec?: never;
}

/**
 * The content of a file.
 *
 * @example
 * import type { BytesSource } from "@kfp-ts/sdk";
 *
 * const source: BytesSource = { bytes: new Uint8Array(), fileName: "pipeline.zip" };
 * console.log(source);
 */
export interface BytesSource {
  readonly bytes: Uint8Array;
  /** What the file is called: its ending says what it is. @default by its first bytes */
  readonly fileName?: string | undefined;
  readonly path?: never;
  readonly stream?: never;
  readonly text?: never;
  readonly spec?: never;
}

/**
 * The content of a file, piece by piece.
 *
 * @example
 * import type { StreamSource } from "@kfp-ts/sdk";
 *
 * const source: StreamSource = { stream: new Blob(["pipelineInfo: {}"]).stream(), size: 16 };
 * console.log(source);
 */
export interface StreamSource {
  /** A Node stream, a web stream, a generator: whatever can be iterated. */
  readonly stream: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;
  /** Its length in bytes, where it is known. */
  readonly size?: number | undefined;
  /** What the file is called: its ending says what it is. @default "pipeline.yaml" */
  readonly fileName?: string | undefined;
  readonly path?: never;
  readonly bytes?: never;
  readonly text?: never;
  readonly spec?: never;
}

/**
 * A compiled pipeline as the compiler writes it: YAML or JSON.
 *
 * @example
 * import type { TextSource } from "@kfp-ts/sdk";
 *
 * const source: TextSource = { text: "pipelineInfo: {}" };
 * console.log(source);
 */
export interface TextSource {
  readonly text: string;
  /** What the file is called. @default "pipeline.yaml" */
  readonly fileName?: string | undefined;
  readonly path?: never;
  readonly bytes?: never;
  readonly stream?: never;
  readonly spec?: never;
}

/**
 * A compiled pipeline as an object; with settings for a platform: `{ pipeline_spec, platform_spec }`.
 *
 * @example
 * import type { SpecSource } from "@kfp-ts/sdk";
 *
 * const source: SpecSource = { spec: { pipelineInfo: { name: "nightly" } } };
 * console.log(source);
 */
export interface SpecSource {
  readonly spec: object;
  readonly path?: never;
  readonly bytes?: never;
  readonly stream?: never;
  readonly text?: never;
}

/**
 * Where a compiled pipeline is: a file (.yaml, .yml, .json, .zip, .tar.gz, .tgz), its content as bytes, as a stream or
 * as text, or the pipeline itself.
 *
 * @example
 * import type { PackageSource } from "@kfp-ts/sdk";
 *
 * const source: PackageSource = { path: "pipeline.yaml" };
 * console.log(source.path);
 */
export type PackageSource = PathSource | BytesSource | StreamSource | TextSource | SpecSource;
