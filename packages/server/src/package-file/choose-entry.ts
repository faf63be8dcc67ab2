import { invalidArgument } from "@kfp-ts/api";
import { quotedName } from "./limits.ts";

/**
 * Chooses the compiled pipeline among the entries of an archive, as upstream does: the one called exactly
 * `pipeline.yaml`, else the first, which must then be a YAML file. Names are compared and never become paths.
 *
 * @throws StatusError INVALID_ARGUMENT that names what stands there instead.
 */
export function chooseEntry<T extends { readonly name: string }>(archive: string, entries: readonly T[]): T {
  const [first] = entries;
  if (first === undefined) throw invalidArgument(`the ${archive} is empty; put a pipeline.yaml into it`);
  const chosen = entries.find(({ name }) => name === "pipeline.yaml") ?? first;
  if (!/\.ya?ml$/.test(chosen.name)) {
    throw invalidArgument(
      `the ${archive} has no pipeline.yaml, and its first entry is ${quotedName(chosen.name)}, which is no YAML file`,
    );
  }
  return chosen;
}
