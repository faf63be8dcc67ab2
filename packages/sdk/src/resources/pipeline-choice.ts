import type { RequestOptions } from "../call/request-options.ts";
import { badArgument } from "../errors/bad-argument.ts";
import type { Pipelines } from "./pipelines.ts";

/**
 * A pipeline, by its id or by its name.
 *
 * @example
 * import type { PipelineChoice } from "@kfp-ts/sdk";
 *
 * const choice: PipelineChoice = { pipelineName: "nightly" };
 * console.log(choice);
 */
export type PipelineChoice =
  | { readonly pipelineId: string; readonly pipelineName?: never }
  | { readonly pipelineName: string; readonly pipelineId?: never };

/** The id of the pipeline that was chosen. */
export async function pipelineIdOf(
  {
    pipelineId,
    pipelineName,
  }: { readonly pipelineId?: string | undefined; readonly pipelineName?: string | undefined },
  namespace: string | undefined,
  pipelines: Pipelines,
  options: RequestOptions | undefined,
): Promise<string> {
  if (pipelineId !== undefined && pipelineName !== undefined) {
    throw badArgument("pipelineId and pipelineName exclude each other.", "Give one of them.");
  }
  if (pipelineId) return pipelineId;
  if (!pipelineName) throw badArgument("No pipeline was said.", "Give pipelineId or pipelineName.");
  return (await pipelines.getByName(pipelineName, { namespace }, options)).pipelineId;
}
