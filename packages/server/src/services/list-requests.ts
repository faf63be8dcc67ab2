import {
  type Filter,
  invalidArgument,
  type Listable,
  pageSizeOf,
  parseFilter,
  parseSort,
  type Sort,
} from "@kfp-ts/api";
import type { ListQuery, Page } from "../ports/store.ts";
import type { PageToken, PageTokens } from "./page-tokens.ts";

/** What every list operation receives. */
export interface ReceivedListQuery {
  readonly pageToken?: string | undefined;
  readonly pageSize?: number | undefined;
  readonly sortBy?: string | undefined;
  readonly filter?: string | undefined;
}

/** A list that was asked for. */
export interface ListRequest {
  readonly query: ListQuery;
  /** The token of the page that follows, undefined after the last one. */
  nextPageToken(page: Page<unknown>): Promise<string | undefined>;
}

const otherCriteria =
  "page token does not match the supplied sort by and/or filtering criteria. Either specify the same criteria or leave the latter empty if page token is specified";

/**
 * Reads what a list is asked for. With a page token, sort and filter may be left out and then come from the token;
 * where one of them is sent, both have to mean what they meant on the first page.
 *
 * @param scope - What the list is restricted to beside its filter; a token of another scope is refused.
 * @throws StatusError INVALID_ARGUMENT with upstream's texts.
 */
export async function readListRequest(
  tokens: PageTokens,
  listable: Listable,
  received: ReceivedListQuery,
  scope: string,
): Promise<ListRequest> {
  const { pageToken = "", sortBy = "", filter = "" } = received;
  if (pageToken === "") {
    const criteria = readCriteria(listable, sortBy, filter);
    return listRequest(tokens, listable, scope, { ...criteria, pageSize: pageSizeOf(received.pageSize) });
  }
  const pageSize = pageSizeOf(received.pageSize);
  const token = await tokens.decode(pageToken);
  if (token.listable !== listable.name || token.scope !== scope) throw invalidArgument(otherCriteria);
  const criteria = readCriteria(listable, token.sortBy, token.filter);
  if ((sortBy !== "" || filter !== "") && !sameCriteria(criteria, readCriteria(listable, sortBy, filter))) {
    throw invalidArgument(otherCriteria);
  }
  return listRequest(tokens, listable, scope, { ...criteria, pageSize, after: token.after });
}

interface Criteria {
  readonly sort: Sort;
  readonly filter: Filter;
  readonly sortBy: string;
  readonly filterText: string;
}

function readCriteria(listable: Listable, sortBy: string, filter: string): Criteria {
  const parsed = parseFilter(listable, filter);
  return { sort: readSort(listable, sortBy), filter: parsed, sortBy, filterText: filter };
}

/**
 * Reads `sort_by`, and for runs also `metric:NAME`, a metric of v1. Runs of v2 have no metrics, so that order is the
 * one of the ids, and as upstream it holds for one page only.
 */
function readSort(listable: Listable, sortBy: string): Sort {
  const [key = "", ...rest] = sortBy
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (listable.name !== "Run" || !key.startsWith("metric:")) return parseSort(listable, sortBy);
  const { descending, column } = parseSort(listable, ["id", ...rest].join(" "));
  return { key, descending, column: { ...column, onePageOnly: key.slice("metric:".length) } };
}

function sameCriteria(a: Criteria, b: Criteria): boolean {
  return (
    a.sort.column.column === b.sort.column.column &&
    a.sort.column.onePageOnly === b.sort.column.onePageOnly &&
    a.sort.descending === b.sort.descending &&
    canonical(a.filter) === canonical(b.filter)
  );
}

/** Conditions hold together, so their order has no meaning. */
function canonical({ predicates, tags }: Filter): string {
  const conditions = predicates.map(({ operation, column, value }) =>
    JSON.stringify([operation, column.column, value]),
  );
  return JSON.stringify([conditions.sort(), tags.map(({ tag, value }) => JSON.stringify([tag, value])).sort()]);
}

function listRequest(
  tokens: PageTokens,
  listable: Listable,
  scope: string,
  { sortBy, filterText, ...query }: Criteria & Pick<ListQuery, "pageSize" | "after">,
): ListRequest {
  return {
    query,
    async nextPageToken(page) {
      if (page.next === undefined) return undefined;
      const token: PageToken = { listable: listable.name, scope, sortBy, filter: filterText, after: page.next };
      return tokens.encode(token);
    },
  };
}
