import type { RequestOptions } from "../call/request-options.ts";
import { fromEnvironment } from "../environment.ts";
import { badArgument } from "../errors/bad-argument.ts";
import type { Experiments } from "./experiments.ts";

/**
 * The experiment that a run belongs to, by id or by name.
 *
 * @example
 * import type { ExperimentChoice } from "@kfp-ts/sdk";
 *
 * const choice: ExperimentChoice = { experimentName: "nightly" };
 * console.log(choice);
 */
export type ExperimentChoice =
  | {
      readonly experimentId: string;
      readonly experimentName?: never;
    }
  | {
      readonly experimentId?: never;
      /**
       * Created if there is none of this name. The environment variable KF_PIPELINES_OVERRIDE_EXPERIMENT_NAME, where it is
       * set, wins over it.
       *
       * @default the environment variable KF_PIPELINES_DEFAULT_EXPERIMENT_NAME, else "Default"
       */
      readonly experimentName?: string | undefined;
    };

/** The id of the experiment that was chosen, by the rules of Python's client. */
export async function experimentIdOf(
  { experimentId, experimentName }: ExperimentChoice,
  namespace: string | undefined,
  experiments: Experiments,
  options: RequestOptions | undefined,
): Promise<string> {
  if (experimentId !== undefined && experimentName !== undefined) {
    throw badArgument("experimentId and experimentName exclude each other.", "Give one of them.");
  }
  if (experimentId) return experimentId;
  const displayName =
    fromEnvironment("KF_PIPELINES_OVERRIDE_EXPERIMENT_NAME") ??
    (experimentName || undefined) ??
    fromEnvironment("KF_PIPELINES_DEFAULT_EXPERIMENT_NAME") ??
    "Default";
  return (await experiments.getOrCreate({ displayName, namespace }, options)).experimentId;
}
