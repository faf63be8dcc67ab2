import type { JsonObject } from "../json.ts";
import type { PodDefaultSelector } from "../pod-default.ts";
import { mistakeIn } from "../schema/check.ts";
import { type Labels, type Requirement, requireExpression, requireLabel } from "./requirement.ts";

/** What a selector says to a pod. */
export interface Selection {
  /** Whether it picks the pod; where it is broken, whether it could have been meant to. */
  readonly selected: boolean;
  /** What is wrong with it, in Kubernetes' words; empty where nothing is. */
  readonly mistakes: readonly string[];
}

/**
 * Whether a selector picks a pod: where all of its requirements are met. One without requirements picks every pod.
 *
 * A broken one is judged by its sound part and by what the broken part probably means, so that only the pods it may have
 * been written for have to suffer for it. One that is not even of the right form, which the schema of PodDefault does not
 * let in, is meant for no pod.
 */
export function select(selector: PodDefaultSelector | null | undefined, labels: Labels): Selection {
  const malformed = mistakeIn((selector ?? {}) as JsonObject, "LabelSelector", "spec.selector", { required: true });
  if (malformed !== undefined) return { selected: false, mistakes: [malformed] };
  const requirements = requirementsOf(selector);
  const selected = requirements.every((requirement) => requirement.fits(labels));
  return { selected, mistakes: requirements.flatMap(({ mistake }) => (mistake === undefined ? [] : [mistake])) };
}

function requirementsOf(selector: PodDefaultSelector | null | undefined): readonly Requirement[] {
  return [
    ...Object.entries(selector?.matchLabels ?? {})
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, value]) => requireLabel(key, value)),
    ...(selector?.matchExpressions ?? []).map((expression) => requireExpression(expression)),
  ];
}
