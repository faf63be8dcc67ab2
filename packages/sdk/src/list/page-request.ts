import type { RequestOptions } from "../call/request-options.ts";
import { type FetchPage, Page, type PageParts } from "./page.ts";

/** Asks for one page. */
export type AskForPage<T> = (
  pageToken: string | undefined,
  pageSize: number | undefined,
  options: RequestOptions | undefined,
) => Promise<PageParts<T>>;

/** Pages that are iterated may be larger than one that somebody looks at. */
const ITERATED_PAGE_SIZE = 100;

/**
 * A list that was asked for. Awaiting it gives one page, iterating over it gives everything, page after page. Nothing is
 * sent before one of the two.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * const page = await kfp.runs.list();
 * console.log(page.totalSize);
 * for await (const run of kfp.runs.list()) console.log(run.displayName);
 */
export class PageRequest<T> implements PromiseLike<Page<T>>, AsyncIterable<T> {
  readonly #ask: AskForPage<T>;
  readonly #first: { readonly pageToken: string | undefined; readonly pageSize: number | undefined };
  readonly #options: RequestOptions | undefined;
  #page: Promise<Page<T>> | undefined;

  /** @internal Lists come from resources. */
  constructor(
    ask: AskForPage<T>,
    first: { readonly pageToken?: string | undefined; readonly pageSize?: number | undefined },
    options: RequestOptions | undefined,
  ) {
    this.#ask = ask;
    this.#first = { pageToken: first.pageToken, pageSize: first.pageSize };
    this.#options = options;
  }

  // biome-ignore lint/suspicious/noThenProperty: being awaited is what it is for.
  then<A = Page<T>, B = never>(
    onFulfilled?: ((page: Page<T>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#page ??= this.#fetchFirst(this.#first.pageSize);
    return this.#page.then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<Page<T> | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Page<T>> {
    return this.then().finally(onFinally);
  }

  /** Everything, page after page. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.items;
  }

  /** The pages, one after the other. */
  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    let page = await this.#fetchFirst(this.#first.pageSize ?? ITERATED_PAGE_SIZE);
    yield page;
    while (page.hasNextPage()) {
      page = await page.getNextPage(this.#options);
      yield page;
    }
  }

  async #fetchFirst(pageSize: number | undefined): Promise<Page<T>> {
    const fetch: FetchPage<T> = (pageToken, options = this.#options) => this.#ask(pageToken, pageSize, options);
    return new Page(await fetch(this.#first.pageToken, this.#options), fetch);
  }
}
