import { createHash } from "node:crypto";
import { Html, html } from "./html.ts";
import { style } from "./style.ts";

/** A page that can be sent. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a page says. */
export interface PageContent {
  /** The HTTP status. @default 200 */
  readonly status?: number | undefined;
  /** What the tab of the browser says; the name of the product comes after it. */
  readonly title: string;
  /** What stands in `<main>`: one `<h1>`, and no scripts. */
  readonly main: Html;
  /**
   * Where its forms lead beside here: the origins of redirects that follow their answer, because browsers check those
   * too. "any" where nobody can know them.
   */
  readonly formOrigins?: readonly string[] | "any" | undefined;
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const styleHash = createHash("sha256").update(style).digest("base64");

/**
 * A page for people. It has no scripts and loads nothing; no other page may frame it, nothing keeps a copy, and addresses
 * of ours, which can hold what nobody else should know, are told to no other site. They are told to ourselves
 * (`same-origin`, not `no-referrer`), since with that browsers also keep back the `Origin` of a form.
 */
export function page({ status = 200, title, main, formOrigins = [], headers }: PageContent): Page {
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy(formOrigins),
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cache-control": "no-store",
      ...headers,
    },
    body: `<!doctype html>\n${document(title, main).text}\n`,
  };
}

function document(title: string, main: Html): Html {
  return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · kfp-ts</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>`;
}

function policy(formOrigins: readonly string[] | "any"): string {
  const forms = formOrigins === "any" ? ["https:", "http:"] : formOrigins.map(sourceOf);
  return [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    "img-src data:",
    "base-uri 'none'",
    `form-action ${["'self'", ...forms].join(" ")}`,
    "frame-ancestors 'none'",
  ].join("; ");
}

/** The language of such policies has no words for an IPv6 address: there its scheme has to do. */
function sourceOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return hostname.startsWith("[") ? protocol : origin;
}
