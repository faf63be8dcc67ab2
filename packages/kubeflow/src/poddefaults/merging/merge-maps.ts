import { isJsonObject, type Json } from "../json.ts";
import type { PodDefault } from "../pod-default.ts";
import type { Conflict, Holder } from "./conflict.ts";

/** What a merge of labels or annotations came to. */
export interface MergedMap {
  readonly added: ReadonlyMap<string, string>;
  readonly conflicts: readonly Conflict[];
}

/** Labels or annotations: by key. */
export function mergeMaps(
  existing: Json | undefined,
  field: "labels" | "annotations",
  podDefaults: readonly PodDefault[],
): MergedMap {
  const inPod: Holder = { kind: "pod", places: ["the pod"] };
  const held = new Map<string, { readonly value: Json; readonly holder: Holder }>();
  for (const [key, value] of Object.entries(isJsonObject(existing) ? existing : {})) {
    held.set(key, { value: value ?? "", holder: inPod });
  }
  const added = new Map<string, string>();
  const conflicts: Conflict[] = [];
  for (const { metadata, spec } of podDefaults) {
    const wanted = Object.entries(spec?.[field] ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
    for (const [key, value] of wanted) {
      const there = held.get(key);
      if (there === undefined) {
        held.set(key, { value, holder: { kind: "pod-default", name: metadata.name } });
        added.set(key, value);
      } else if (there.value !== value) {
        const head = `merging has conflict on ${key}: `;
        conflicts.push({
          head,
          words: JSON.stringify([head, field, value, there.value]),
          podDefault: metadata.name,
          wanted: { [field]: { [key]: value } },
          found: { [field]: { [key]: there.value } },
          holder: there.holder,
        });
      }
    }
  }
  return { added, conflicts };
}
