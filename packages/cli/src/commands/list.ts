import type { PageRequest } from "@kfp-ts/sdk";
import { UsageError } from "../command-error.ts";
import { PROGRAM } from "../command-line/command-line.ts";
import { type FilterKind, filterOf } from "../command-line/filter.ts";
import { flag, option, repeated, textOption, type ValuesOf } from "../command-line/option.ts";
import { commandLineWith } from "../command-line/shell.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import type { Page } from "../output/printer.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import type { Session } from "../session.ts";

/** What the API gives at most on one page. */
const LARGEST_PAGE = 200;

/** The options of every list. */
export const listOptions = {
  pageSize: option("number", "How many to show.", wholeNumber(1, LARGEST_PAGE), { otherwise: "20" }),
  pageToken: textOption("token", "Show the page that the token stands for; a page that has a next one says its token."),
  all: flag("Show all, and not only a page."),
  sortBy: textOption("field", 'Sort by a field: created_at, name, "created_at asc".', { otherwise: "created_at desc" }),
  filter: repeated(
    "condition",
    "Only what fits: key=value, key!=value, key~part, key<value, key>value, or the API's own JSON.",
  ),
};

/** What a list is asked for with. */
export interface AskedList {
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
  readonly sortBy: string;
  readonly filter?: string | undefined;
}

/**
 * Asks for a list, prints the page (or all), and says on stderr how to get the next page.
 *
 * @param ask - Asks the client.
 */
export async function printList<T>(
  session: Session,
  kind: ResourceKind<T>,
  filterKind: FilterKind,
  { pageSize, pageToken, all, sortBy = "created_at desc", filter }: ValuesOf<typeof listOptions>,
  ask: (query: AskedList) => PageRequest<T>,
): Promise<void> {
  if (all && pageToken !== undefined) {
    throw new UsageError(
      "--all and --page-token exclude each other: all is from the beginning.",
      "Leave one of them out.",
    );
  }
  const request = ask({
    pageSize: all ? (pageSize ?? LARGEST_PAGE) : pageSize,
    pageToken,
    sortBy,
    filter: filterOf(filterKind, filter),
  });
  const page = all ? await everything(request) : await request;
  await session.printer.page(kind, page);
  sayWhatIsMissing(session, kind, page);
}

async function everything<T>(request: PageRequest<T>): Promise<Page<T>> {
  const items: T[] = [];
  let totalSize = 0;
  for await (const page of request.pages()) {
    items.push(...page.items);
    totalSize = page.totalSize;
  }
  return { items, totalSize };
}

/** In JSON and YAML the page itself says it. */
function sayWhatIsMissing<T>({ printer, io, note }: Session, { noun }: ResourceKind<T>, page: Page<T>): void {
  if (printer.format === "json" || printer.format === "yaml") return;
  if (page.items.length === 0) note(`No ${noun}s found.`);
  if (page.nextPageToken === undefined) return;
  note(`${page.items.length} of ${page.totalSize} ${noun}s. The next page, or --all for all of them:`);
  note(`  ${commandLineWith(PROGRAM, io.argv, "--page-token", page.nextPageToken)}`);
}
