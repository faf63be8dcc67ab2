import type { Page } from "../pages/page.ts";

/** What a step of a login answers: a page, or where the browser is to go next. */
export type LoginAnswer = Page;

/**
 * Sends a browser on. Within the provider by a path, so that it stays at the name that it came by, `localhost` or
 * `127.0.0.1`, whatever the issuer is called.
 *
 * @param status - 302 for a page that only points elsewhere, 303 after a form.
 */
export function goTo(location: string, status: 302 | 303 = 303): LoginAnswer {
  return {
    status,
    headers: { location, "cache-control": "no-store", "referrer-policy": "same-origin" },
    body: "",
  };
}
