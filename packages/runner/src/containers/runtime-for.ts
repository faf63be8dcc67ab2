import type { ContainerSpec } from "@kfp-ts/api/pipeline-spec";
import { RunnerError } from "../errors/runner-error.ts";
import type { ContainerRuntime } from "./container-runtime.ts";

/**
 * The first runtime that can execute a container.
 *
 * @throws RunnerError (CANNOT_RUN_HERE), which says why each cannot.
 */
export async function runtimeFor(
  runtimes: readonly ContainerRuntime[],
  container: ContainerSpec,
): Promise<ContainerRuntime> {
  const reasons: string[] = [];
  for (const runtime of runtimes) {
    const reason = await runtime.refuses(container);
    if (reason === undefined) return runtime;
    if (!reasons.includes(reason)) reasons.push(reason);
  }
  throw new RunnerError(
    "CANNOT_RUN_HERE",
    `the image ${container.image || "without a name"} cannot be executed here: ${reasons.join("; ")}`,
  );
}
