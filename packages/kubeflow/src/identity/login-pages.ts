import { type Html, html } from "../pages/html.ts";
import { type Page, page } from "../pages/page.ts";
import type { PasswordConnector } from "./password-connector.ts";

/** What the password page is made of. */
export interface PasswordPageContent {
  readonly connector: PasswordConnector;
  /** Where the form goes: the address of the page. */
  readonly action: string;
  /** The name that stands in the form already. */
  readonly username: string;
  /** The program that wants to know who it is. */
  readonly clientName: string;
  /** To the choice of connectors, where there are several. */
  readonly back: string | undefined;
  readonly formOrigins: readonly string[];
  /** What went wrong the last time. */
  readonly fault?: PasswordFault | undefined;
}

/** Why a password page comes again. */
export interface PasswordFault {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds?: number | undefined;
}

/** Name or password are wrong: nobody is told which. Worded as programs know it from Dex, who look for it. */
export function wrongPassword({ usernamePrompt }: PasswordConnector): PasswordFault {
  return { status: 401, text: `Invalid ${usernamePrompt} and password.` };
}

/** Too many wrong ones before. */
export function tooMany(retryAfterSeconds: number): PasswordFault {
  const seconds = Math.max(1, Math.ceil(retryAfterSeconds));
  const time = seconds < 120 ? `${seconds} second${seconds === 1 ? "" : "s"}` : `${Math.ceil(seconds / 60)} minutes`;
  return {
    status: 429,
    text: `Too many failed attempts. Please wait ${time} and try again; the password was not looked at.`,
    retryAfterSeconds: seconds,
  };
}

/** The form for name and password. It is sent again with what went wrong, and with the name that was typed. */
export function passwordPage(content: PasswordPageContent): Page {
  const { connector, action, username, clientName, back, formOrigins, fault } = content;
  const invalid = fault === undefined ? html`` : html` aria-describedby="fault" aria-invalid="true"`;
  const mail = connector.usernamePrompt.toLowerCase().includes("email") ? html` inputmode="email"` : html``;
  // Whoever has typed their name already goes on with the password.
  const [nameFocus, passwordFocus] = username === "" ? [html` autofocus`, html``] : [html``, html` autofocus`];
  return page({
    status: fault?.status ?? 200,
    title: fault === undefined ? "Log in" : "Log in again",
    formOrigins,
    headers: fault?.retryAfterSeconds === undefined ? {} : { "retry-after": String(fault.retryAfterSeconds) },
    main: html`<div class="card">
<h1>Log in</h1>
<p class="lead">to go on to ${clientName}</p>
${fault === undefined ? html`` : html`<p id="fault" class="error dex-error-box" role="alert">${fault.text}</p>`}
<form method="post" action="${action}">
<label for="login">${connector.usernamePrompt}</label>
<input id="login" name="login" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${username}"${mail}${invalid}${nameFocus}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${passwordFocus}>
<button id="submit-login" type="submit">Log in</button>
</form>
</div>
${back === undefined ? html`` : html`<footer><a class="dex-subtle-text" href="${back}">Log in another way</a></footer>`}`,
  });
}

/** The choice of connectors, where there are several. */
export function chooserPage(
  connectors: readonly PasswordConnector[],
  hrefOf: (connector: PasswordConnector) => string,
  clientName: string,
): Page {
  const choices = connectors.map(
    (connector) => html`<li><a class="button quiet" href="${hrefOf(connector)}">Log in with ${connector.name}</a></li>`,
  );
  return page({
    title: "Log in",
    main: html`<div class="card">
<h1>How do you want to log in?</h1>
<p class="lead">to go on to ${clientName}</p>
<ul class="choices">
${choices}
</ul>
</div>`,
  });
}

/** What the approval page is made of. */
export interface ApprovalPageContent {
  readonly clientName: string;
  readonly userName: string;
  readonly scopes: readonly string[];
  readonly requestId: string;
  readonly formOrigins: readonly string[];
}

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ["email", "your e-mail address"],
  ["profile", "your name"],
  ["groups", "the groups that you are in"],
  ["offline_access", "access while you are away, until you end it"],
]);

/** The question whether a program may know who somebody is. Both forms go to the address of the page. */
export function approvalPage({ clientName, userName, scopes, requestId, formOrigins }: ApprovalPageContent): Page {
  const asked = scopes.flatMap((scope) => MEANINGS.get(scope) ?? []).map((meaning) => html`<li>${meaning}</li>`);
  return page({
    title: "Grant access",
    formOrigins,
    main: html`<div class="card">
<h1>Grant access?</h1>
<p>${clientName} asks who you are. You are logged in as <strong>${userName}</strong>.</p>
${asked.length === 0 ? html`` : html`<p>It will know:</p>\n<ul>${asked}</ul>`}
${answerForm(requestId, "approve", html`<button type="submit">Grant access</button>`)}
${answerForm(requestId, "rejected", html`<button class="quiet" type="submit">Cancel</button>`)}
</div>`,
  });
}

function answerForm(requestId: string, answer: string, button: Html): Html {
  return html`<form method="post">
<input type="hidden" name="req" value="${requestId}">
<input type="hidden" name="approval" value="${answer}">
${button}
</form>`;
}

/** A page that says what cannot be done, and what to do instead. @param text - Begins with what programs look for. */
export function problemPage(status: number, heading: string, text: string, again?: string): Page {
  return page({
    status,
    title: heading,
    main: html`<div class="card">
<h1>${heading}</h1>
<p>${text}</p>
${again === undefined ? html`` : html`<a class="button" href="${again}">Start again</a>`}
</div>`,
  });
}
