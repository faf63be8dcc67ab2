import type { PodTraits } from "../defaulting/dependent-defaults.ts";
import { sameEntry } from "../defaulting/same-entry.ts";
import { type Json, type JsonObject, objectsOf, textOf } from "../json.ts";
import type { PodDefault, PodDefaultSpec } from "../pod-default.ts";
import { holdsPointer, writtenForm } from "../schema/written-form.ts";
import type { Conflict, Holder } from "./conflict.ts";

/** Fields of a PodDefault that are lists of objects. */
export type ListField = {
  [F in keyof PodDefaultSpec]-?: NonNullable<PodDefaultSpec[F]> extends readonly JsonObject[] ? F : never;
}[keyof PodDefaultSpec];

/** A list of a pod, and what PodDefaults bring to it. */
export interface Merge {
  readonly podDefaults: readonly PodDefault[];
  /** Where the PodDefaults have it. */
  readonly field: ListField;
  readonly existing: readonly JsonObject[];
  /** The type of an entry, in the tables. */
  readonly type: string;
  /** Kubeflow's word for it in a conflict: `env`, `volume mounts`. */
  readonly kind: string;
  /**
   * What an entry must not share with one that differs. An entry is new where nobody has its first key.
   * `name`: how a conflict names the key.
   */
  readonly keys: ReadonlyArray<{ keyOf(entry: JsonObject): string; name(key: string): string }>;
  /** Where in the pod the list is, as a sentence has it: `container main of the pod`. */
  readonly place: string;
  readonly pod: PodTraits;
  /** @default equality with the defaults of Kubernetes filled in */
  same?(wanted: JsonObject, found: JsonObject): boolean;
  /** What to do about a conflict, where that is more than the usual. */
  adviceFor?(found: JsonObject, holder: Holder): string | undefined;
}

/** What a merge came to: the entries that are new, in order, and what excludes each other. */
export interface Merged {
  readonly added: readonly JsonObject[];
  readonly conflicts: readonly Conflict[];
}

interface Held {
  readonly entry: JsonObject;
  /** Which entry of which list it is. */
  readonly origin: string;
  readonly holder: Holder;
}

/**
 * Adds what PodDefaults have to a list, in order. What is there already counts once; anything else under the same key is
 * a conflict. Where the list has a key twice, the last one counts.
 */
export function mergeEntries(merge: Merge): Merged {
  const { podDefaults, field, existing, type, kind, keys, place, pod } = merge;
  const same = merge.same ?? ((wanted, found) => sameEntry(wanted, found, type, pod));
  const inPod: Holder = { kind: "pod", places: [place] };
  const held = keys.map(
    ({ keyOf }) =>
      new Map(
        existing.map((entry, at): [string, Held] => [keyOf(entry), { entry, origin: `${place} ${at}`, holder: inPod }]),
      ),
  );
  const added: JsonObject[] = [];
  const conflicts: Conflict[] = [];
  for (const { metadata, spec } of podDefaults) {
    for (const [at, entry] of objectsOf(spec?.[field] ?? null).entries()) {
      const origin = `PodDefault ${metadata.name} ${at}`;
      for (const [index, { keyOf, name }] of keys.entries()) {
        const key = keyOf(entry);
        const there = held[index]?.get(key);
        if (there === undefined) {
          held[index]?.set(key, { entry, origin, holder: { kind: "pod-default", name: metadata.name } });
          if (index === 0) added.push(writtenForm(entry, type));
        } else if (!same(entry, there.entry)) {
          const head = `merging ${kind} for ${metadata.name} has a conflict on ${name(key)}: `;
          conflicts.push({
            head,
            words: JSON.stringify([head, wordsFor(entry, origin), wordsFor(there.entry, there.origin)]),
            podDefault: metadata.name,
            wanted: entry,
            found: there.entry,
            holder: there.holder,
            advice: merge.adviceFor?.(there.entry, there.holder),
          });
        }
      }
    }
  }
  return { added, conflicts };

  /** Kubeflow shows an entry as Go prints it: with addresses, where there are pointers in it. */
  function wordsFor(entry: JsonObject, origin: string): Json {
    return holdsPointer(entry, type) ? origin : writtenForm(entry, type);
  }
}

/** The key of most lists. */
export const byName = { keyOf: (entry: JsonObject) => textOf(entry, "name"), name: (key: string) => key };
