import { operations } from "@kfp-ts/api";
import { readAnswer } from "../call/answer.ts";
import type { ApiError } from "../errors/api-error.ts";
import { LoginError } from "../errors/login-error.ts";
import { CookieJar } from "./cookie-jar.ts";
import { filledForm } from "./filled-form.ts";
import { type Arrival, Journey } from "./journey.ts";
import type { LoggedIn, LogIn, LogInRequest } from "./log-in.ts";
import { cookieLost, deadEnd, failed } from "./login-failures.ts";
import { LoginOrigins } from "./login-origins.ts";
import { without, wordsOf } from "./login-words.ts";
import { type Page, readPage } from "./page.ts";
import { connectorOf, kindOf, type PageKind } from "./page-kind.ts";

/** With what to fill in the login page. */
export interface PasswordLogInOptions {
  readonly username: string;
  /** Asked when a page wants it, and not before. */
  readonly password: () => Promise<string>;
  /** Which way to log in where the page offers several; undefined for the only one, or `local`. */
  readonly connector: string | undefined;
  /** Origins to which the login may lead beside that of the endpoint. */
  readonly loginOrigins: readonly string[];
}

/** A login has six pages at most: sign-in, chooser, password, approval, and two for what nobody thought of. */
const MOST_PAGES = 6;

/** Makes logins through a gateway with a name and a password, as people do in their browser. */
export function passwordLogIn(options: PasswordLogInOptions): LogIn {
  return async (request) => {
    const first = await attempt(options, request);
    const result = first === "stale" ? await attempt(options, request) : first;
    if (result !== "stale") return result;
    throw new LoginError(
      "LOGIN_FAILED",
      {
        message: `login: ${request.endpoint}: the identity provider forgot the login twice while it was under way.`,
        fix: "Where it runs in several pods, they have to share their storage; look at its log.",
      },
      [],
    );
  };
}

async function attempt(options: PasswordLogInOptions, request: LogInRequest): Promise<LoggedIn | "stale"> {
  return new Attempt(options, request, await CookieJar.open([], request.now)).run();
}

/** One way through the pages, from the first on. */
class Attempt {
  readonly #options: PasswordLogInOptions;
  readonly #request: LogInRequest;
  readonly #jar: CookieJar;
  readonly #journey: Journey;
  #secrets: readonly string[] = [];
  #started = false;
  #posted = false;
  #calledBack = false;

  constructor(options: PasswordLogInOptions, request: LogInRequest, jar: CookieJar) {
    this.#options = options;
    this.#request = request;
    this.#jar = jar;
    this.#journey = new Journey(request, jar, new LoginOrigins(request.endpoint, options.loginOrigins));
  }

  async run(): Promise<LoggedIn | "stale"> {
    let arrival = await this.#firstPage();
    for (let pages = 0; arrival !== undefined && pages < MOST_PAGES; pages += 1) {
      this.#calledBack ||= arrival.calledBack;
      const page = await readPage(arrival.url, arrival.response.body);
      const kind = kindOf(page);
      if (this.#isDone(arrival, kind)) return this.#finish();
      if (isForgotten(arrival, kind)) return "stale";
      arrival = await this.#next(arrival, page, kind);
    }
    if (arrival === undefined) return { cookies: [] };
    throw failed(this.#end, "LOGIN_FAILED", "the login has more pages than any that is known.");
  }

  /** The page with which the login begins; undefined where nobody has to log in. */
  async #firstPage(): Promise<Arrival | undefined> {
    const { endpoint } = this.#request;
    const first = await this.#journey.go({ method: "GET", url: endpoint });
    const { kind } = kindOf(await readPage(first.url, first.response.body));
    if (kind !== "other") return first;
    const { status } = first;
    const isOpen = status < 400 || status === 404 || status === 405;
    if (!isOpen) return status === 401 ? this.#begin(undefined) : first;
    // Other pages of the gateway may be open to all, and a server without pages is no gateway: the API itself says.
    if (!isAt(first.url, endpoint)) return first;
    const asked = await this.#journey.go({ method: "GET", url: this.#healthz, accept: "application/json" });
    const error = this.#errorOf(asked);
    if (error === undefined || error.kind === "server") return undefined;
    const onPage = kindOf(await readPage(asked.url, asked.response.body)).kind;
    if (onPage !== "other") return asked;
    if (asked.status === 401) return this.#begin(undefined);
    throw error;
  }

  /** Begins where oauth2-proxy begins a login: where its page says, else at the usual place. */
  #begin(form: string | undefined): Promise<Arrival> {
    const { endpoint } = this.#request;
    this.#started = true;
    const url = new URL(form ?? "/oauth2/start", endpoint);
    const { pathname } = new URL(endpoint);
    url.searchParams.set("rd", pathname);
    return this.#journey.go({ method: "GET", url: url.href });
  }

  #isDone({ status, url }: Arrival, { kind }: PageKind): boolean {
    if (kind !== "other") return false;
    const isHome = isAt(url, this.#request.endpoint);
    if (status < 300) return this.#posted || this.#calledBack || isHome;
    // A server without a page at this place; the API behind the gateway says whether the login has come about.
    return this.#calledBack && isHome && (status === 404 || status === 405);
  }

  #next(arrival: Arrival, page: Page, kind: PageKind): Promise<Arrival> {
    if (arrival.status >= 500 || arrival.status === 429) throw this.#deadEnd(arrival, page);
    switch (kind.kind) {
      case "sign-in":
        if (this.#started) throw this.#lost("the gateway asks to log in once more");
        return this.#begin(kind.form.action);
      case "chooser":
        if (this.#posted) throw this.#lost("the gateway asks to log in once more");
        return this.#choose(page, kind.connectors);
      case "password":
        return this.#fillIn(arrival, page, kind);
      case "approval":
        return this.#journey.go({
          method: "POST",
          url: kind.form.action,
          form: filledForm(kind.form),
          from: page.url,
        });
      case "unusable":
        throw failed(this.#end, "LOGIN_PAGE_UNKNOWN", `${placeOf(page.url)} cannot be filled in: ${kind.why}.`);
      default:
        throw this.#deadEnd(arrival, page);
    }
  }

  #choose(page: Page, connectors: ReadonlyMap<string, string>): Promise<Arrival> {
    const { connector } = this.#options;
    const [only, ...more] = connectors.keys();
    const id = connector ?? (more.length === 0 ? only : "local");
    const url = id === undefined ? undefined : connectors.get(id);
    if (url === undefined) throw this.#unknownConnector(page.url, id, [...connectors.keys()]);
    return this.#journey.go({ method: "GET", url });
  }

  async #fillIn(arrival: Arrival, page: Page, kind: Extract<PageKind, { kind: "password" }>): Promise<Arrival> {
    const connector = connectorOf(page.url);
    if (this.#calledBack) throw this.#lost("the gateway asks to log in once more");
    if (this.#posted) throw this.#refused(arrival, page, connector);
    const { connector: asked, username } = this.#options;
    if (asked !== undefined && connector !== undefined && connector !== asked) {
      throw this.#unknownConnector(page.url, asked, [connector]);
    }
    const { form, name } = kind;
    // Before the password is asked for: nobody is to type one that cannot be sent.
    new LoginOrigins(this.#request.endpoint, this.#options.loginOrigins).check(
      new URL(form.action),
      true,
      this.#journey.steps,
    );
    const password = await this.#options.password();
    this.#secrets = [password, encodeURIComponent(password)];
    await this.#request.beforeSecret?.(password);
    this.#posted = true;
    return this.#journey.go({
      method: "POST",
      url: form.action,
      form: filledForm(form, { [name.name]: username, [kind.password.name]: password }),
      secret: true,
      from: page.url,
    });
  }

  async #finish(): Promise<LoggedIn> {
    this.#jar.dropLeftovers();
    const asked = await this.#journey.send({ method: "GET", url: this.#healthz, accept: "application/json" });
    const arrival = { url: this.#healthz, status: asked.status, response: asked, calledBack: true };
    const cookies = this.#jar.stored();
    if (asked.status === 403 && asked.body.trim() === "") {
      throw this.#deadEnd(arrival, { url: arrival.url, title: "", text: "", alert: "", forms: [], links: [] });
    }
    const error = this.#errorOf(arrival);
    // The API can be down behind a gateway that is up; the session is good all the same.
    if (error === undefined || error.kind === "server") return { cookies };
    if (error.kind !== "access" && error.code !== "LOGIN_REQUIRED") throw error;
    if (this.#jar.header(this.#healthz) === undefined) {
      throw this.#lost("the gateway set no cookie that can be sent back to it");
    }
    const said = without(this.#secretsSent, error.message);
    throw failed(this.#end, "LOGIN_FAILED", `the gateway does not take the session that it began: ${said}`, error.fix);
  }

  get #healthz(): string {
    return this.#request.endpoint + operations.healthz.get.path;
  }

  #errorOf({ response }: Arrival): ApiError | undefined {
    const { endpoint } = this.#request;
    const path = new URL(this.#healthz).pathname;
    const cookie = this.#jar.header(this.#healthz);
    const sent: Readonly<Record<string, string>> = cookie === undefined ? {} : { cookie };
    return readAnswer(operations.healthz.get, { path, host: endpoint, headers: {}, sent }, response).error;
  }

  /** Whatever a page could repeat of what it was sent. */
  get #secretsSent(): readonly string[] {
    return [...this.#secrets, ...this.#jar.stored().map(({ value }) => value)];
  }

  get #end() {
    return { journey: this.#journey, heldBack: this.#jar.heldBack(this.#healthz) };
  }

  #deadEnd(arrival: Arrival, page: Page): LoginError {
    return deadEnd({ ...this.#end, arrival, page, secrets: this.#secretsSent });
  }

  #lost(fact: string): LoginError {
    return cookieLost(this.#end, fact);
  }

  #refused({ status }: Arrival, page: Page, connector: string | undefined): LoginError {
    const said = page.alert === "" ? "" : `, saying "${wordsOf(page, this.#secretsSent)}"`;
    const which = connector === undefined ? "" : ` The connector is ${shownIds([connector])}.`;
    const fact = `the login credentials are probably invalid: ${placeOf(page.url)} shows its form again (HTTP ${status})${said}.${which}`;
    return failed(this.#end, "LOGIN_REFUSED", fact);
  }

  #unknownConnector(url: string, asked: string | undefined, there: readonly string[]): LoginError {
    const named = this.#options.connector === undefined ? "no connector was named, and" : "";
    const fact = `${named} ${placeOf(url)} has no connector ${JSON.stringify(asked ?? "")}; it has ${shownIds(there)}.`;
    return failed(this.#end, "LOGIN_CONNECTOR_UNKNOWN", fact.trim(), `Name one of these: ${shownIds(there)}`);
  }
}

/** Dex forgets a login after a day, and one that has come to its end at once; then its pages are gone (HTTP 400). */
function isForgotten({ status, url }: Arrival, { kind }: PageKind): boolean {
  return status === 400 && kind === "other" && /\/(auth\/[^/]+(\/login)?|approval)\/?$/.test(new URL(url).pathname);
}

function isAt(url: string, endpoint: string): boolean {
  return placeOf(url).replace(/\/+$/, "") === endpoint.replace(/\/+$/, "");
}

function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function shownIds(ids: readonly string[]): string {
  return ids
    .slice(0, 10)
    .map((id) => id.replace(/[^\w.@-]/g, "?").slice(0, 40))
    .join(", ");
}
