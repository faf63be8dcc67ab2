import { type PipelinePackage, readPipelinePackage } from "../package/pipeline-package.ts";
import type { PackageSource } from "../upload/upload-source.ts";
import { nodePlatform } from "./node.ts";

/**
 * Reads and checks a compiled pipeline without sending it anywhere: to look at its parameters, or to change it.
 *
 * @throws KfpError BAD_PACKAGE, FILE_UNREADABLE, BAD_ARGUMENT
 *
 * @example
 * import { readPackage } from "@kfp-ts/sdk";
 *
 * const { name, pipelineSpec } = await readPackage({ path: "pipeline.yaml" });
 * console.log(name, Object.keys(pipelineSpec));
 */
export function readPackage(source: PackageSource): Promise<PipelinePackage> {
  return readPipelinePackage(source, nodePlatform);
}
