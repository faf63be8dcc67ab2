import type { ParsedPipeline } from "@kfp-ts/api/pipeline-spec";
import { hostRuntime } from "../containers/host/host-runtime.ts";
import { readLightweight } from "../containers/python/lightweight.ts";
import { noIsolation } from "../isolation/no-isolation.ts";
import { checkPipeline } from "./check-pipeline.ts";
import type { Finding } from "./finding.ts";
import type { Executes } from "./refusals-of.ts";

/** What a pipeline is looked at for. */
export interface LintOptions {
  /** Whether programs of this machine may stand for those of images. @default false */
  readonly hostCommands?: boolean | undefined;
  /** The PATH on which programs are found. */
  readonly path: string;
}

/**
 * What of a pipeline is not everywhere the same, as far as that is known without executing anything: no interpreter is
 * started, and nothing is written.
 */
export async function lintPipeline(
  pipeline: ParsedPipeline,
  { hostCommands = false, path }: LintOptions,
): Promise<readonly Finding[]> {
  const python: Executes = {
    refuses: async (container) =>
      readLightweight(container) === undefined ? "it is no Python function that kfp has compiled" : undefined,
  };
  const host = hostRuntime({ allowed: hostCommands, isolation: noIsolation(), network: true, maxLogBytes: 0, path });
  return await checkPipeline(pipeline, [python, host]);
}
