import type { PodTraits } from "../defaulting/dependent-defaults.ts";
import { type JsonObject, textOf } from "../json.ts";
import { appendAll, type PatchOperation } from "../json-patch.ts";
import type { PodDefault } from "../pod-default.ts";
import type { Conflict } from "./conflict.ts";
import { addedEnvFrom, mergeEnv } from "./merge-env.ts";
import { mergeVolumeMounts } from "./merge-volumes.ts";

/** What a container of a pod gets, and what speaks against it. */
export interface ContainerPatch {
  readonly operations: readonly PatchOperation[];
  readonly conflicts: readonly Conflict[];
}

/** The container of the service mesh, whose command is its own; env and mounts it gets like all others. */
const MESH_PROXY = "istio-proxy";

/** Env, mounts, command and arguments for a container of the pod itself. */
export function patchContainer(
  container: JsonObject,
  path: string,
  podDefaults: readonly PodDefault[],
  pod: PodTraits,
): ContainerPatch {
  const place = `container ${textOf(container, "name") || "without a name"} of the pod`;
  const env = mergeEnv(container, place, podDefaults, pod);
  const mounts = mergeVolumeMounts(container, place, podDefaults, pod);
  return {
    operations: [
      ...appendAll(container.env, `${path}/env`, env.added),
      ...appendAll(container.envFrom, `${path}/envFrom`, addedEnvFrom(container, podDefaults, pod)),
      ...appendAll(container.volumeMounts, `${path}/volumeMounts`, mounts.added),
      ...(textOf(container, "name") === MESH_PROXY
        ? []
        : [
            ...commandFor(container, "command", path, podDefaults),
            ...commandFor(container, "args", path, podDefaults),
          ]),
    ],
    conflicts: [...env.conflicts, ...mounts.conflicts],
  };
}

/** Only where the container has none, and from the first PodDefault that says anything; an empty list says something. */
function commandFor(
  container: JsonObject,
  field: "command" | "args",
  path: string,
  podDefaults: readonly PodDefault[],
): readonly PatchOperation[] {
  if ((container[field] ?? null) !== null) return [];
  const words = podDefaults.map(({ spec }) => spec?.[field] ?? null).find((list) => list !== null) ?? [];
  return words.length === 0 ? [] : [{ op: "add", path: `${path}/${field}`, value: words }];
}
