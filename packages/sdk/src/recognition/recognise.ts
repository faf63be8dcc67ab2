import type { Health } from "@kfp-ts/api";
import type { RequestObserver } from "../call/observer.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { AskedAddress } from "../connect/connect-step.ts";
import type { Gateway } from "../connect/connection.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { type Endpoint, parseEndpoint } from "../endpoint.ts";
import type { KfpError } from "../errors/kfp-error.ts";
import { isLoginPage } from "../errors/login-page.ts";
import type { Transport, TransportResponse } from "../transport/transport.ts";
import { Asker, type Heard } from "./asker.ts";
import { gatewayIn } from "./gateway.ts";
import { versionIn } from "./in-words.ts";
import { kindOf } from "./kind-of.ts";
import { isInDashboard, otherPaths } from "./other-paths.ts";
import type { Recognised } from "./recognised.ts";
import { loginAsked, noPipelines, tooOld } from "./unusable.ts";

/** What is to be recognised, and how it is asked. */
export interface RecogniseOptions {
  /** What was given as the endpoint. */
  readonly host: string;
  readonly transport: Transport;
  /** Sent along with every question to the API, and to no other server. */
  readonly credentials?: Credentials | undefined;
  /** Headers for every request, with their names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly observer?: RequestObserver | undefined;
  /** @default the clock of this machine */
  readonly clock?: Clock | undefined;
  /** Ends the asking; its reason is what is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** How long each answer may take, in milliseconds. @default 5 000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Finds out what stands at an endpoint. One request is enough where the answer is one that is known; of any other the
 * likely paths on the same server are asked, the API of servers before 2.0, and what page people see: six requests in
 * all. Nothing is repeated, and no redirection is followed.
 *
 * @returns what it is; also where it is of no use, with the error that says why.
 * @throws KfpError where nothing can be asked: BAD_ENDPOINT, SECRET_IN_URL, BAD_OPTION, or credentials that give nothing.
 */
export async function recognise(options: RecogniseOptions): Promise<Recognised> {
  const { host, transport, credentials, observer, signal, clock = systemClock, timeoutMs = 5_000 } = options;
  const headers = { accept: "application/json", ...options.headers };
  const asker = new Asker({ transport, headers, credentials, observer, clock, signal, timeoutMs });
  return new Recognition(asker, parseEndpoint(host)).run();
}

/** How many requests an endpoint is worth of which nothing is known. */
const MOST_REQUESTS = 6;

/** What can be said of an endpoint before it is known which requests it took. */
type Finding = Recognised extends infer R
  ? R extends unknown
    ? Omit<R, "asked" | "host" | "corrected">
    : never
  : never;

class Recognition {
  readonly #asker: Asker;
  readonly #given: Endpoint;

  constructor(asker: Asker, given: Endpoint) {
    this.#asker = asker;
    this.#given = given;
  }

  async run(): Promise<Recognised> {
    const given = this.#given;
    const first = await this.#asker.health(given);
    if (first.health !== undefined && isInDashboard(given)) {
      return (await this.#elsewhere(first)) ?? this.#pipelines(first, first.health);
    }
    const decided = await this.#decided(first);
    if (decided !== undefined) return decided;
    // Whoever knows the API, and not this version of it, may be old.
    const old = knowsApi(first) ? await this.#old(given) : undefined;
    return old ?? (await this.#elsewhere(first)) ?? (await this.#unusable(first));
  }

  /** What an answer says by itself; undefined where it says nothing of the API. */
  async #decided(heard: Heard): Promise<Recognised | undefined> {
    const { endpoint, health, error } = heard;
    if (health !== undefined) return this.#pipelines(heard, health);
    if (error === undefined) return undefined;
    const kind = kindOf(error);
    if (kind === "unsent") throw error;
    if (kind === undefined) return undefined;
    return kind === "guarded" ? this.#guarded(heard, error) : this.#recognised(endpoint, { kind, error });
  }

  #pipelines({ endpoint, answers, sessionOf }: Heard, { multiUser = false, tagName }: Health): Recognised {
    // What let us in is told by what was answered before we were let in, and by whose cookies those are.
    const gateway = firstOf(answers) ?? sessionOf;
    return this.#recognised(endpoint, { kind: "pipelines", multiUser, serverVersion: versionIn(tagName), gateway });
  }

  async #guarded({ endpoint, answers }: Heard, error: KfpError): Promise<Recognised> {
    const gateway = firstOf(answers);
    const asked = (by: Gateway): KfpError => loginAsked(endpoint.url, by, error, this.#asker.isAuthenticated);
    if (gateway !== undefined) {
      return this.#recognised(endpoint, { kind: "guarded", gateway, error: asked(gateway) });
    }
    // The API itself knows no user: nothing stands before it.
    const isOfApi = (error as { grpcCode?: number }).grpcCode !== undefined || error.code === "NO_IDENTITY";
    if (isOfApi) return this.#recognised(endpoint, { kind: "guarded", gateway: undefined, error });
    if (error.code === "LOGIN_REQUIRED") {
      return this.#recognised(endpoint, { kind: "guarded", gateway: "other", error });
    }
    // Gateways answer on paths of the API without a word; what they show to people says who they are.
    const page = await this.#asker.page(endpoint);
    const isLogin = page !== undefined && (isLoginPage(page.body) || gatewayIn(page) !== undefined);
    const named: Gateway = (page && gatewayIn(page)) ?? "other";
    return this.#recognised(endpoint, {
      kind: "guarded",
      gateway: named,
      error: isLogin ? asked(named) : error,
    });
  }

  /** Whether it is a server before 2.0. */
  async #old(endpoint: Endpoint): Promise<Recognised | undefined> {
    const { health } = await this.#asker.health(endpoint, "v1beta1");
    if (health === undefined) return undefined;
    const serverVersion = versionIn(health.tagName);
    return this.#recognised(endpoint, { kind: "old", serverVersion, error: tooOld(endpoint.url, serverVersion) });
  }

  /** Whether it is at another path of the same server. */
  async #elsewhere(first: Heard): Promise<Recognised | undefined> {
    for (const endpoint of otherPaths(this.#given)) {
      const heard = await this.#asker.health(endpoint);
      if (heard.health !== undefined) return this.#pipelines(heard, heard.health);
      const kind = heard.error === undefined ? undefined : kindOf(heard.error);
      // Where the given path already is the API, only a better one counts.
      if (first.health === undefined && (kind === "guarded" || kind === "mesh-denied")) return this.#decided(heard);
      const old = knowsApi(heard) ? await this.#old(endpoint) : undefined;
      if (old !== undefined) return old;
    }
    return undefined;
  }

  async #unusable(first: Heard): Promise<Recognised> {
    const shown = first.answers.at(-1);
    const isLast = this.#asker.asked.length >= MOST_REQUESTS;
    const page = isPage(shown) || isLast ? shown : await this.#asker.page(this.#given);
    const error = noPipelines(this.#given, first.error, page, this.#asker.asked);
    return this.#recognised(this.#given, { kind: "other", error });
  }

  #recognised({ url: host }: Endpoint, finding: Finding): Recognised {
    const given = this.#given.url;
    const corrected = host === given ? undefined : `${given} was given; the API is at ${host}.`;
    const asked: readonly AskedAddress[] = this.#asker.asked;
    return { ...finding, host, corrected, asked };
  }
}

function firstOf(answers: readonly TransportResponse[]): Gateway | undefined {
  return answers.map(gatewayIn).find((gateway) => gateway !== undefined);
}

function knowsApi({ error }: Heard): boolean {
  return error?.code === "UNSUPPORTED_BY_SERVER";
}

function isPage(answer: TransportResponse | undefined): boolean {
  return answer !== undefined && /<title>/i.test(answer.body.slice(0, 20_000));
}
