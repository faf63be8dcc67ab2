import { badOption } from "../errors/bad-argument.ts";
import { LoginError, type LoginStep, wayOf } from "../errors/login-error.ts";
import { isLoopback } from "../loopback.ts";

/**
 * Reads the origins to which a login may lead.
 *
 * @throws KfpError BAD_OPTION for what is no origin.
 */
export function readOrigins(given: readonly string[] | undefined): readonly string[] {
  if (given !== undefined && !Array.isArray(given)) throw badOption("loginOrigins is no list.");
  return (given ?? []).map((text) => {
    const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
    const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
    if (url === undefined || !isWeb || url.username !== "" || url.password !== "") {
      throw badOption(
        "loginOrigins: one of them is no origin.",
        'Give scheme, host and, where it is not the usual one, the port: ["https://login.example.com"]',
      );
    }
    if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
      throw badOption(`loginOrigins: ${url.origin} stands there with a path.`, `Give the origin alone: ${url.origin}`);
    }
    return url.origin;
  });
}

/** The rule of where a login may go: to the endpoint's own origin, and to those that were named. */
export class LoginOrigins {
  readonly #home: URL;
  readonly #allowed: ReadonlySet<string>;

  /**
   * @param endpoint - That of the client.
   * @param named - What {@link readOrigins} gives.
   */
  constructor(endpoint: string, named: readonly string[]) {
    this.#home = new URL(endpoint);
    this.#allowed = new Set([this.#home.origin, ...named]);
  }

  /**
   * @param url - Where the login is about to go.
   * @param withPassword - Whether the password would be sent there.
   * @throws KfpError LOGIN_LEADS_ELSEWHERE, LOGIN_NOT_SECURE
   */
  check(url: URL, withPassword: boolean, steps: readonly LoginStep[]): void {
    const { protocol, origin } = url;
    if (!this.#allowed.has(origin)) throw this.#elsewhere(url, steps);
    if (!withPassword || protocol === "https:" || isLoopback(url.hostname)) return;
    const message = `login: the password was not sent to ${origin}: the connection is not secure, everybody on the way could read it.`;
    throw new LoginError("LOGIN_NOT_SECURE", { message, fix: this.#howSecure(url) }, steps);
  }

  #howSecure({ origin }: URL): string {
    const secure = origin.replace(/^http:/, "https:");
    return (
      `Use ${secure}, or reach the gateway through this machine: kubectl port-forward --namespace istio-system ` +
      "svc/istio-ingressgateway 8080:80, and then http://localhost:8080/pipeline as the endpoint."
    );
  }

  #elsewhere(url: URL, steps: readonly LoginStep[]): LoginError {
    const isWeb = url.protocol === "https:" || url.protocol === "http:";
    const where = isWeb ? url.origin : `something that is no web page (${url.protocol.slice(0, 20)})`;
    const way = wayOf(steps, this.#home.origin);
    const message = `login: ${this.#home.origin} leads to ${where}, which is neither the endpoint's own origin nor one of loginOrigins. Neither the password nor a cookie was sent there. The way was: ${way}`;
    return new LoginError("LOGIN_LEADS_ELSEWHERE", { message, fix: isWeb ? this.#remedy(url) : undefined }, steps);
  }

  #remedy({ origin, hostname, protocol }: URL): string {
    const { pathname } = this.#home;
    const endpoint = origin + (pathname === "/" ? "" : pathname);
    if (hostname === this.#home.hostname && protocol === "https:") return `Use https:// in the endpoint: ${endpoint}`;
    if (isLoopback(hostname) && isLoopback(this.#home.hostname)) return `Use this name in the endpoint: ${endpoint}`;
    return `If that server is to see your name and password, name it: loginOrigins: ["${origin}"]. If one logs in there with something else than a password, use browserLogin or a token.`;
  }
}
