import { UsageError } from "../command-error.ts";
import { textOption, type ValuesOf } from "../command-line/option.ts";
import type { Io } from "../io.ts";
import type { TunnelTarget } from "./target.ts";

/** The options that say to which cluster a tunnel leads. */
export const kubeOptions = {
  kubeContext: textOption("name", "The context of the kubeconfig: the cluster that a tunnel leads to.", {
    otherwise: "its current one",
  }),
  kubeconfig: textOption("path", "The kubeconfig of that cluster.", { otherwise: "KUBECONFIG, else ~/.kube/config" }),
};

/** To which cluster a tunnel leads. */
export interface ChosenCluster {
  readonly env: Io["env"];
  readonly kubeContext: string | undefined;
  readonly kubeconfig: string | undefined;
  /** Whether a program that the kubeconfig asks for credentials may ask a person. */
  readonly interactive: boolean;
}

/**
 * The context of the kubeconfig, which the option and the target may both name.
 *
 * @throws UsageError where they name different ones.
 */
export function oneKubeContext(option: string | undefined, target: TunnelTarget | undefined): string | undefined {
  const other = target?.kubeContext;
  if (option !== undefined && other !== undefined && option !== other) {
    throw new UsageError(`Two contexts of the kubeconfig are named: ${option} and ${other}.`, "Leave one of them out.");
  }
  return option ?? other;
}

/**
 * The cluster that was said.
 *
 * @throws UsageError where the option and the target name different contexts.
 */
export function chosenCluster(
  { kubeContext, kubeconfig }: ValuesOf<typeof kubeOptions>,
  target: TunnelTarget,
  { env, stdin }: Io,
): ChosenCluster {
  return { env, kubeContext: oneKubeContext(kubeContext, target), kubeconfig, interactive: stdin.isTerminal };
}
