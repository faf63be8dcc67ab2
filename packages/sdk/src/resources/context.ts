import type { AnyOperation, QueryOf, ResponseOf } from "@kfp-ts/api";
import type { CallInput } from "../call/call.ts";
import type { Caller } from "../call/caller.ts";
import type { RequestOptions } from "../call/request-options.ts";
import type { ListName } from "../list/list-keys.ts";
import { type ListQuery, wireListQuery } from "../list/list-query.ts";
import type { PageParts } from "../list/page.ts";
import { PageRequest } from "../list/page-request.ts";
import type { Platform } from "../platform/platform.ts";

/** What the resources of one client share. */
export interface ResourceContext {
  readonly caller: Caller;
  readonly platform: Platform;
  /** The namespace for whatever says none. */
  readonly namespace: string | undefined;
}

/** What a list operation is asked beside what all lists are asked. */
interface ListInput<O extends AnyOperation, Name extends ListName> {
  readonly query: ListQuery<Name>;
  readonly params?: CallInput<O>["params"];
  readonly more?: Readonly<Record<string, string | undefined>>;
}

/** Asks for a list; `read` takes the items out of its answer. */
export function listOf<O extends AnyOperation, Name extends ListName, T>(
  { caller }: ResourceContext,
  operation: O,
  { query, params, more }: ListInput<O, Name>,
  read: (answer: ResponseOf<O>) => readonly T[],
  options: RequestOptions | undefined,
): PageRequest<T> {
  const common = wireListQuery(query);
  const ask = async (
    pageToken: string | undefined,
    pageSize: number | undefined,
    given: RequestOptions | undefined,
  ): Promise<PageParts<T>> => {
    const input = {
      query: { ...common, ...more, pageToken, pageSize } as QueryOf<O>,
      ...(params === undefined ? {} : { params }),
    };
    const answer = await caller.call(operation, input, given);
    const { totalSize, nextPageToken } = answer as { totalSize?: number; nextPageToken?: string };
    return { items: read(answer), totalSize: totalSize ?? 0, nextPageToken: nextPageToken || undefined };
  };
  return new PageRequest(ask, query, options);
}
