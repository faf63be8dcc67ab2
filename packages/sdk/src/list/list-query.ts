import { snakeCase } from "@kfp-ts/api";
import type { Filter } from "./filter.ts";
import type { KeyOf, ListName } from "./list-keys.ts";

/**
 * A field to sort by, and which way. The names of the wire (`created_at`) are taken as well.
 *
 * @example
 * import type { SortBy } from "@kfp-ts/sdk";
 *
 * const newestFirst: SortBy<"runs"> = "createdAt desc";
 * console.log(newestFirst);
 */
export type SortBy<Name extends ListName> = KeyOf<Name> | `${KeyOf<Name>} ${"asc" | "desc"}` | (string & {});

/**
 * What every list takes.
 *
 * @example
 * import { Client, filter } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * const failed = filter("runs").where("state").equals("FAILED");
 * const page = await kfp.runs.list({ filter: failed, sortBy: "createdAt desc", pageSize: 50 });
 * console.log(page.items.length, page.totalSize);
 */
export interface ListQuery<Name extends ListName> {
  /** How many on one page, 1 to 200. @default 20 for a page that is awaited, 100 for pages that are iterated */
  readonly pageSize?: number | undefined;
  /** Where to begin: the token of an earlier page. */
  readonly pageToken?: string | undefined;
  /** @default "createdAt asc" */
  readonly sortBy?: SortBy<Name> | undefined;
  /** What to restrict the list to: built with {@link filter}, or the JSON of the API. */
  readonly filter?: Filter<Name> | string | undefined;
}

/**
 * What lists within a namespace take.
 *
 * @example
 * import { Client, type NamespacedListQuery } from "@kfp-ts/sdk";
 *
 * const shared: NamespacedListQuery<"pipelines"> = { namespace: "", sortBy: "name" };
 * console.log((await new Client({ host: "http://localhost:3000" }).pipelines.list(shared)).totalSize);
 */
export interface NamespacedListQuery<Name extends ListName> extends ListQuery<Name> {
  /** @default the client's namespace; an empty text asks for none */
  readonly namespace?: string | undefined;
}

/**
 * What lists of runs and recurring runs take.
 *
 * @example
 * import { Client, type ExperimentListQuery } from "@kfp-ts/sdk";
 *
 * const query: ExperimentListQuery<"runs"> = { experimentId: "some-id", pageSize: 5 };
 * console.log((await new Client({ host: "http://localhost:3000" }).runs.list(query)).items.length);
 */
export interface ExperimentListQuery<Name extends ListName> extends NamespacedListQuery<Name> {
  /** Only those of this experiment. Its namespace is known then, and the client's is not sent. */
  readonly experimentId?: string | undefined;
}

/** A list query as the operation tables have it. */
export function wireListQuery<Name extends ListName>({ pageSize, pageToken, sortBy, filter }: ListQuery<Name>) {
  return {
    pageSize,
    pageToken,
    sortBy: sortBy === undefined ? undefined : snakeCase(sortBy),
    filter: filter === undefined ? undefined : String(filter),
  };
}
