import type { KubernetesCall, KubernetesObject } from "../kubernetes.ts";
import { KubernetesError } from "../kubernetes-error.ts";

/** How many objects are asked for at once, as kubectl does. */
const PAGE_SIZE = 500;

/** What a collection holds, at one moment. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

/** A list as the API gives it. */
interface ListObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly object[] | null;
}

/** Options of {@link listPages}. */
export interface ListPagesOptions {
  readonly query?: KubernetesCall["query"];
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/**
 * All of a collection, page by page. Its items get the `apiVersion` and `kind` that they lack in a list. Where the
 * server has forgotten where the next page begins (410), all is asked for at once.
 *
 * @throws KubernetesError
 */
export async function listPages<T extends KubernetesObject>(
  call: (call: KubernetesCall) => Promise<unknown>,
  path: string,
  { query = {}, signal, timeoutMs }: ListPagesOptions,
): Promise<Listed<T>> {
  const common = { method: "GET", path, signal, timeoutMs } as const;
  const items: T[] = [];
  let next: string | undefined;
  let resourceVersion = "";
  do {
    let page: ListObject;
    try {
      page = (await call({ ...common, query: { ...query, limit: PAGE_SIZE, continue: next } })) as ListObject;
    } catch (error) {
      if (next === undefined || !(error instanceof KubernetesError) || error.status !== 410) throw error;
      items.length = 0;
      page = (await call({ ...common, query })) as ListObject;
    }
    const kind = page.kind?.replace(/List$/, "");
    for (const item of page.items ?? []) items.push({ apiVersion: page.apiVersion, kind, ...item } as unknown as T);
    next = page.metadata?.continue || undefined;
    resourceVersion = page.metadata?.resourceVersion ?? "";
  } while (next !== undefined);
  return { items, resourceVersion };
}
