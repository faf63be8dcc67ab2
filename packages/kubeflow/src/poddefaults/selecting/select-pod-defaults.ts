import type { PodDefault } from "../pod-default.ts";
import type { Labels } from "./requirement.ts";
import { select } from "./selector.ts";

/** Which PodDefaults are for a pod. */
export interface Selected {
  /** In the order in which they apply. */
  readonly matching: readonly PodDefault[];
  /** Those with a broken selector that may have been meant for the pod. */
  readonly suspects: ReadonlyArray<{ readonly name: string; readonly mistakes: readonly string[] }>;
  /** A sentence for each broken selector that cannot have been meant for it. */
  readonly warnings: readonly string[];
}

/** Chooses the PodDefaults for a pod by the labels that it arrives with; what these add selects nothing more. */
export function selectPodDefaults(podDefaults: readonly PodDefault[], labels: Labels): Selected {
  const matching: PodDefault[] = [];
  const suspects: Array<{ name: string; mistakes: readonly string[] }> = [];
  const warnings: string[] = [];
  for (const podDefault of inOrder(podDefaults)) {
    const { name } = podDefault.metadata;
    const { selected, mistakes } = select(podDefault.spec?.selector, labels);
    if (mistakes.length === 0) {
      if (selected) matching.push(podDefault);
    } else if (selected) suspects.push({ name, mistakes });
    else warnings.push(warningFor(name, mistakes));
  }
  return { matching, suspects, warnings };
}

/** By name, as bytes. Names are ASCII, so that comparing texts does it. */
export function inOrder(podDefaults: readonly PodDefault[]): readonly PodDefault[] {
  return [...podDefaults].sort(({ metadata: one }, { metadata: other }) =>
    one.name < other.name ? -1 : one.name > other.name ? 1 : 0,
  );
}

/** The API server passes on 256 characters of a warning. */
function warningFor(name: string, mistakes: readonly string[]): string {
  const sentence = `PodDefault ${name} applies to no pod, since its selector is broken: ${mistakes.join("; ")}`;
  return sentence.length <= 256 ? sentence : `${sentence.slice(0, 253)}...`;
}
