import { type Html, html } from "../pages/html.ts";
import { type Page, page } from "../pages/page.ts";

/** The page of the gateway for somebody who is not logged in. The form is what programs look for. */
export function signInPage(
  status: number,
  path: string,
  { startPath, formOrigins }: { readonly startPath: string; readonly formOrigins: readonly string[] | "any" },
): Page {
  return page({
    status,
    title: "Sign In",
    formOrigins,
    main: card(
      "Log in to Kubeflow",
      html`<p class="lead">You are not logged in, or your session has ended.</p>
<form method="GET" action="${startPath}">
<input type="hidden" name="rd" value="${path}">
<button type="submit" autofocus>Log in</button>
</form>`,
    ),
  });
}

/** The question before a session is ended; the form posts to the address of the page. */
export function signOutPage(user: string | undefined, action: string): Page {
  return page({
    title: "Log out",
    main:
      user === undefined
        ? card("You are not logged in", html`<a class="button" href="/">Go to the start page</a>`)
        : card(
            "Log out?",
            html`<p>You are logged in as <strong>${user}</strong>.</p>
<form method="post" action="${action}"><button type="submit">Log out</button></form>
<a class="button quiet" href="/">Stay logged in</a>`,
          ),
  });
}

/** What is told once a session has ended. */
export function signedOutPage(): Page {
  return page({
    title: "Logged out",
    main: card(
      "You are logged out",
      html`<p>The session has ended, here and on the server.</p>
<a class="button" href="/pipeline">Log in again</a>`,
    ),
  });
}

/** What could not be done, why, and what to do instead. @param again - Where a new login begins. */
export function loginProblemPage(status: number, heading: string, text: string, again: string): Page {
  return page({
    status,
    title: heading,
    main: card(
      heading,
      html`<p>${text}</p>
<a class="button" href="${again}">Log in again</a>`,
    ),
  });
}

/**
 * A page that goes on by itself. A browser that has come here from another site says so of every redirect that follows, and a
 * page of that site could have sent it; from a page of our own it comes as from us.
 */
export function goOnPage(path: string): Page {
  return page({
    title: "Logged in",
    headers: { refresh: `0; url=${path}` },
    main: card("You are logged in", html`<a class="button" href="${path}">Go on</a>`),
  });
}

function card(heading: string, content: Html): Html {
  return html`<div class="card">
<h1>${heading}</h1>
${content}
</div>`;
}
