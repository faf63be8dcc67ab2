import type { PodTraits } from "../defaulting/dependent-defaults.ts";
import { sameEntry } from "../defaulting/same-entry.ts";
import { type JsonObject, objectsOf } from "../json.ts";
import type { PodDefault } from "../pod-default.ts";
import { writtenForm } from "../schema/written-form.ts";
import { byName, type Merged, mergeEntries } from "./merge-entries.ts";

/** Environment variables of a container: by name. */
export function mergeEnv(
  container: JsonObject,
  place: string,
  podDefaults: readonly PodDefault[],
  pod: PodTraits,
): Merged {
  return mergeEntries({
    podDefaults,
    field: "env",
    existing: objectsOf(container.env),
    type: "EnvVar",
    kind: "env",
    keys: [byName],
    place,
    pod,
  });
}

/**
 * Sources of environment variables: nothing is checked, and all are added, but for those that the container has itself.
 * Repeating one of these would change nothing, or hide a source between the two that is meant to win.
 */
export function addedEnvFrom(
  container: JsonObject,
  podDefaults: readonly PodDefault[],
  pod: PodTraits,
): readonly JsonObject[] {
  const own = objectsOf(container.envFrom);
  return podDefaults
    .flatMap(({ spec }) => objectsOf(spec?.envFrom ?? null))
    .filter((wanted) => !own.some((found) => sameEntry(wanted, found, "EnvFromSource", pod)))
    .map((wanted) => writtenForm(wanted, "EnvFromSource"));
}
