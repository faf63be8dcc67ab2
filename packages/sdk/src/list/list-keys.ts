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

/** The lists, by the name of the client's property. */
export type ListName = keyof Listables;
/** A field that a list can be sorted and filtered by. */
export type KeyOf<Name extends ListName> = Camel<WireKeyOf<Name>>;
/** Of those, the texts. */
export type TextKeyOf<Name extends ListName> = KeyOfKind<Name, "text">;
/** Of those, the instants. */
export type InstantKeyOf<Name extends ListName> = KeyOfKind<Name, "instant">;
/** A label that pipelines and their versions can be filtered by. */
export type TagKeyOf<Name extends ListName> = Listables[Name] extends { readonly tags: true }
  ? `tags.${string}`
  : never;
