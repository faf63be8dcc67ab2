import type { IncomingMessage } from "node:http";
import type { Log } from "@kfp-ts/server/ports";
import { isOwnPath } from "./allowed-redirect.ts";
import { goTo, type LoginAnswer } from "./answer.ts";
import { type AuthorizationRequest, callbackUrl, readAuthorizationRequest } from "./authorization-request.ts";
import type { IdentityClient } from "./identity-provider.ts";
import { approvalPage, chooserPage, passwordPage, problemPage, tooMany, wrongPassword } from "./login-pages.ts";
import type { LoginRequest, LoginRequests } from "./login-requests.ts";
import type { FinishedLogin } from "./open-id-tokens.ts";
import type { PasswordConnector } from "./password-connector.ts";
import { readForm } from "./read-form.ts";
import { subjectOf } from "./subject.ts";
import { deviceCookie, sourceOf } from "./visitor.ts";

/** What the steps of a login need. */
export interface LoginStepsOptions {
  readonly issuer: string;
  readonly connectors: readonly PasswordConnector[];
  readonly clients: ReadonlyMap<string, IdentityClient>;
  /** Whether users are asked if a program may know who they are. */
  readonly approval: boolean;
  readonly requests: LoginRequests;
  readonly issueCode: (login: FinishedLogin) => Promise<string>;
  readonly log: Log;
}

/**
 * The steps from the request of a program to the code for it, at the addresses and in the order that Dex has, because
 * programs without a browser walk them: choose a connector, give name and password, agree, go back with a code.
 *
 * No step needs a cookie. A login is known by what stands in its address: at first an id, which lets its owner no further
 * than to the password page, and after the password a proof of it. Who tricks somebody into a login of their own gains
 * nothing: its code goes to the address of a program, which expects the `state` of the browser that it began in.
 */
export class LoginSteps {
  readonly #options: LoginStepsOptions;
  readonly #base: string;

  constructor(options: LoginStepsOptions) {
    this.#options = options;
    this.#base = new URL(options.issuer).pathname.replace(/\/$/, "");
  }

  /** `GET /auth`: a new request, or a login that comes back from its password or its approval. */
  async authorize(query: string): Promise<LoginAnswer> {
    const parameters = new URLSearchParams(query);
    if (parameters.has("req") && !parameters.has("client_id")) return this.#goOn(parameters);
    const { connectors } = this.#options;
    return this.#withRequest(query, ({ client }) => {
      const wanted = parameters.get("connector_id");
      const [only] = connectors.length === 1 ? connectors : connectors.filter(({ id }) => id === wanted);
      const hrefOf = ({ id }: PasswordConnector) => `${this.#base}/auth/${encodeURIComponent(id)}?${query}`;
      return only === undefined ? chooserPage(connectors, hrefOf, client.name) : goTo(hrefOf(only), 302);
    });
  }

  /** `GET /auth/<connector>`: a login begins. */
  begin(connectorId: string, query: string): LoginAnswer {
    const connector = this.#connector(connectorId);
    if (connector === undefined) return noSuchConnector();
    return this.#withRequest(query, (request) => {
      const { id } = this.#options.requests.begin(connector.id, request);
      const back = this.#options.connectors.length > 1 ? `${this.#base}/auth?${query}` : "";
      const parameters = new URLSearchParams({ back, state: id });
      return goTo(`${this.#base}/auth/${encodeURIComponent(connector.id)}/login?${parameters}`, 302);
    });
  }

  /** `GET /auth/<connector>/login`: the password page. */
  ask(connectorId: string, query: string, incoming: IncomingMessage): LoginAnswer {
    const connector = this.#connector(connectorId);
    const login = this.#options.requests.waiting(new URLSearchParams(query).get("state") ?? "", connectorId);
    if (connector === undefined || login === undefined) return gone();
    const shown = passwordPage(this.#passwordContent(connector, login, login.authorization.loginHint ?? ""));
    if (sourceOf(incoming).device !== undefined) return shown;
    return { ...shown, headers: { ...shown.headers, "set-cookie": deviceCookie(this.#options.issuer) } };
  }

  /** `POST /auth/<connector>/login`: name and password. @param signal - Ends the check when the browser has left. */
  async check(
    connectorId: string,
    query: string,
    incoming: IncomingMessage,
    signal: AbortSignal,
  ): Promise<LoginAnswer> {
    const read = await readForm(incoming);
    if (read.outcome === "refused") return unreadable(read);
    const { requests, log } = this.#options;
    const connector = this.#connector(connectorId);
    const login = requests.waiting(new URLSearchParams(query).get("state") ?? "", connectorId);
    if (connector === undefined || login === undefined) return gone();
    const username = read.form.get("login") ?? "";
    const password = read.form.get("password") ?? "";
    const again = (fault: ReturnType<typeof wrongPassword>) =>
      passwordPage({ ...this.#passwordContent(connector, login, username), fault });
    try {
      const checked = await connector.check(username, password, signal, sourceOf(incoming));
      if (checked.outcome === "refused") return again(wrongPassword(connector));
      if (checked.outcome === "throttled") return again(tooMany(checked.retryAfterSeconds));
      const authenticated = requests.authenticate(login.id, checked.account);
      if (authenticated === undefined) return gone();
      log.info({ connector: connector.id, user: checked.account.email }, "logged in");
      return goTo(this.#addressOf("/auth", authenticated));
    } catch (err) {
      log.error({ err, connector: connector.id }, "a password could not be checked");
      return unavailable(`${this.#base}/auth?${login.authorization.query}`);
    }
  }

  /** `GET /approval`: the question whether the program may know who it is. */
  askApproval(query: string): LoginAnswer {
    const login = this.#authenticated(new URLSearchParams(query));
    if (login?.account === undefined) return unauthorized();
    const { client, scopes, redirectUri } = login.authorization;
    return approvalPage({
      clientName: client.name,
      userName: login.account.email,
      scopes,
      requestId: login.id,
      formOrigins: originsOf(redirectUri),
    });
  }

  /** `POST /approval`: the answer. */
  async approve(query: string, incoming: IncomingMessage): Promise<LoginAnswer> {
    const read = await readForm(incoming);
    if (read.outcome === "refused") return unreadable(read);
    const login = this.#authenticated(new URLSearchParams(query));
    if (login === undefined || read.form.get("req") !== login.id) return unauthorized();
    if (read.form.get("approval") !== "approve") {
      this.#options.requests.end(login);
      return problemPage(
        500,
        "Access was not granted",
        `Approval rejected. ${login.authorization.client.name} was told nothing about you.`,
        "/",
      );
    }
    this.#options.requests.approve(login);
    return goTo(this.#addressOf("/auth", login));
  }

  /** A login whose password was right: to the approval, or back to the program with a code. */
  async #goOn(parameters: URLSearchParams): Promise<LoginAnswer> {
    const login = this.#authenticated(parameters);
    if (login?.account === undefined) return gone();
    const { approval, requests, issueCode, issuer } = this.#options;
    if (approval && !login.approved) return goTo(this.#addressOf("/approval", login));
    if (!requests.end(login)) return gone();
    const { account, authorization: request, connectorId, authenticatedAt = 0 } = login;
    const sub = subjectOf({ accountId: account.id, connectorId });
    const code = await issueCode({ request, sub, account, authenticatedAt });
    return goTo(callbackUrl(request.redirectUri, { code, state: request.state, iss: issuer }));
  }

  #withRequest(query: string, use: (request: AuthorizationRequest) => LoginAnswer): LoginAnswer {
    const read = readAuthorizationRequest(query, this.#options.clients, this.#options.issuer);
    if (read.outcome === "accepted") return use(read.request);
    if (read.outcome === "returned") return goTo(read.location);
    return problemPage(400, "This login cannot begin", `${read.why} Go back to where you came from and try again.`);
  }

  #passwordContent(connector: PasswordConnector, login: LoginRequest, username: string) {
    const { authorization } = login;
    const back = this.#options.connectors.length > 1 ? `${this.#base}/auth?${authorization.query}` : undefined;
    const parameters = new URLSearchParams({ back: back ?? "", state: login.id });
    return {
      connector,
      action: `${this.#base}/auth/${encodeURIComponent(connector.id)}/login?${parameters}`,
      username,
      clientName: authorization.client.name,
      back,
      formOrigins: originsOf(authorization.redirectUri),
    };
  }

  #connector(id: string): PasswordConnector | undefined {
    return this.#options.connectors.find((connector) => connector.id === id);
  }

  #authenticated(parameters: URLSearchParams): LoginRequest | undefined {
    return this.#options.requests.authenticated(parameters.get("req") ?? "", parameters.get("hmac") ?? "");
  }

  #addressOf(path: string, { id }: LoginRequest): string {
    const parameters = new URLSearchParams({ hmac: this.#options.requests.proofOf(id), req: id });
    return `${this.#base}${path}?${parameters}`;
  }
}

/** An address of a login that is over, was used, or never was. It begins as Dex's page does, which programs look for. */
function gone(): LoginAnswer {
  return problemPage(
    400,
    "This login is over",
    "Requested resource does not exist. It was used already, or it is more than ten minutes old, or the server has started again since.",
    "/",
  );
}

/** What has not arrived of a form is not waited for. */
function unreadable({ status, why }: { readonly status: number; readonly why: string }): LoginAnswer {
  const shown = problemPage(status, "This form cannot be read", why, "/");
  return { ...shown, headers: { ...shown.headers, connection: "close" } };
}

function noSuchConnector(): LoginAnswer {
  return problemPage(404, "There is no such way to log in", "Requested resource does not exist.", "/");
}

function unauthorized(): LoginAnswer {
  return problemPage(401, "This login is not yours, or it is over", "Unauthorized request.", "/");
}

function unavailable(again: string): LoginAnswer {
  return problemPage(
    500,
    "Nobody can log in this way now",
    "Login error. Please contact your administrator or try again later. Your password was neither accepted nor refused: whoever knows it did not answer.",
    again,
  );
}

/** Where a form leads in the end, beside here. */
function originsOf(redirectUri: string): readonly string[] {
  return isOwnPath(redirectUri) ? [] : [new URL(redirectUri).origin];
}
