import type { JsonObject } from "@kfp-ts/api";
import type { Platform } from "../platform/platform.ts";
import type { PackageSource } from "../upload/upload-source.ts";
import { readCompiledPipeline } from "./compiled-pipeline.ts";

/**
 * A compiled pipeline that was read from a package.
 *
 * @example
 * import { type PipelinePackage, readPackage } from "@kfp-ts/sdk";
 *
 * const read: PipelinePackage = await readPackage({ path: "pipeline.yaml" });
 * console.log(read.name);
 */
export interface PipelinePackage {
  /** The name in its own spec. */
  readonly name: string;
  /** What `runs.create` takes as `pipelineSpec`: the spec, with its platform part beside it where it has one. */
  readonly pipelineSpec: JsonObject;
}

/** Reads a package into what the API takes. */
export async function readPipelinePackage(source: PackageSource, platform: Platform): Promise<PipelinePackage> {
  const { parsed, name } = await readCompiledPipeline(source, platform);
  const { pipelineSpecToStruct } = await import("@kfp-ts/api/pipeline-spec");
  return { name, pipelineSpec: pipelineSpecToStruct(parsed) };
}
