import type { IncomingMessage } from "node:http";

/** Whether a request may go on. `crossOrigin` is the origin of a page of another site that is let in. */
export type Verdict =
  | { readonly allowed: true; readonly crossOrigin?: string }
  | { readonly allowed: false; readonly status: 400 | 403 | 421; readonly message: string };

/** What a gateway knows better than the request says. */
export interface GuardedBy {
  /** How the browser calls it, where something before it ends HTTPS. @default what the connection is */
  readonly scheme?: "http" | "https" | undefined;
  /** Where a window of a person may come from another site: back from an identity provider. @default false */
  readonly ignoreFetchSite?: boolean | undefined;
}

/** Judges a request by its `Host`, its `Origin` and its `Sec-Fetch-Site`, so that web pages of others stay out. */
export type RequestGuard = (incoming: IncomingMessage, by?: GuardedBy) => Verdict;
