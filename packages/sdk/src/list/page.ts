import type { RequestOptions } from "../call/request-options.ts";
import { badArgument } from "../errors/bad-argument.ts";
import { KfpError } from "../errors/kfp-error.ts";

/** A page as the API answers with it. */
export interface PageParts<T> {
  readonly items: readonly T[];
  readonly totalSize: number;
  readonly nextPageToken: string | undefined;
}

/** Fetches the page that a token stands for; the first one without. */
export type FetchPage<T> = (
  pageToken: string | undefined,
  options: RequestOptions | undefined,
) => Promise<PageParts<T>>;

/**
 * One page of a list.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * let page = await kfp.experiments.list({ pageSize: 10 });
 * console.log(page.items.length, "of", page.totalSize);
 * while (page.hasNextPage()) {
 *   page = await page.getNextPage();
 *   console.log(page.items.length);
 * }
 */
export class Page<T> implements PageParts<T> {
  readonly items: readonly T[];
  /** How many there are on all pages. */
  readonly totalSize: number;
  /** Fetches the next page, also later and elsewhere; undefined on the last one. */
  readonly nextPageToken: string | undefined;
  readonly #fetch: FetchPage<T>;

  /** @internal Pages come from lists. */
  constructor(parts: PageParts<T>, fetch: FetchPage<T>) {
    this.items = parts.items;
    this.totalSize = parts.totalSize;
    this.nextPageToken = parts.nextPageToken;
    this.#fetch = fetch;
  }

  hasNextPage(): boolean {
    return this.nextPageToken !== undefined;
  }

  /**
   * Fetches the next page of the same list.
   *
   * @throws KfpError BAD_ARGUMENT when this is the last one.
   */
  async getNextPage(options?: RequestOptions): Promise<Page<T>> {
    const { nextPageToken } = this;
    if (nextPageToken === undefined) throw badArgument("This is the last page.", "Ask hasNextPage() first.");
    const parts = await this.#fetch(nextPageToken, options);
    if (parts.nextPageToken === nextPageToken) {
      throw new KfpError("BAD_ANSWER", {
        message: "The server gave the same page token twice: the list would never end.",
      });
    }
    return new Page(parts, this.#fetch);
  }
}
