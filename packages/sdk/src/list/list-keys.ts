import {
  type Listable,
  listableExperiment,
  listablePipeline,
  listablePipelineVersion,
  listableRecurringRun,
  listableRun,
} from "@kfp-ts/api";

/** What can be listed, by the name of the client's property. */
export const listables = {
  experiments: listableExperiment,
  pipelines: listablePipeline,
  pipelineVersions: listablePipelineVersion,
  runs: listableRun,
  recurringRuns: listableRecurringRun,
} as const satisfies Readonly<Record<string, Listable>>;

type Listables = typeof listables;
type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type WireKeyOf<Name extends ListName> = keyof Listables[Name]["keys"] & string;
type KeyOfKind<Name extends ListName, Kind extends string> = {
  [K in WireKeyOf<Name>]: Listables[Name]["keys"][K] extends { readonly kind: Kind } ? Camel<K> : never;
}[WireKeyOf<Name>];

/**
 * The lists, by the name of the client's property.
 *
 * @example
 * import { filter, type ListName } from "@kfp-ts/sdk";
 *
 * const lists: readonly ListName[] = ["experiments", "runs"];
 * console.log(lists.map((list) => String(filter(list))));
 */
export type ListName = keyof Listables;
/**
 * A field that a list can be sorted and filtered by.
 *
 * @example
 * import type { KeyOf } from "@kfp-ts/sdk";
 *
 * const columns: ReadonlyArray<KeyOf<"runs">> = ["displayName", "state", "createdAt"];
 * console.log(columns);
 */
export type KeyOf<Name extends ListName> = Camel<WireKeyOf<Name>>;
/**
 * Of those, the texts.
 *
 * @example
 * import { filter, type TextKeyOf } from "@kfp-ts/sdk";
 *
 * const containing = (key: TextKeyOf<"runs">, text: string) => filter("runs").where(key).isSubstring(text);
 * console.log(String(containing("displayName", "night")));
 */
export type TextKeyOf<Name extends ListName> = KeyOfKind<Name, "text">;
/**
 * Of those, the instants.
 *
 * @example
 * import { filter, type InstantKeyOf } from "@kfp-ts/sdk";
 *
 * const since = (key: InstantKeyOf<"runs">, date: Date) => filter("runs").where(key).greaterThanEquals(date);
 * console.log(String(since("createdAt", new Date())));
 */
export type InstantKeyOf<Name extends ListName> = KeyOfKind<Name, "instant">;
/**
 * A label that pipelines and their versions can be filtered by.
 *
 * @example
 * import { filter, type TagKeyOf } from "@kfp-ts/sdk";
 *
 * const key: TagKeyOf<"pipelineVersions"> = "tags.release";
 * console.log(String(filter("pipelineVersions").where(key).equals("stable")));
 */
export type TagKeyOf<Name extends ListName> = Listables[Name] extends { readonly tags: true }
  ? `tags.${string}`
  : never;
