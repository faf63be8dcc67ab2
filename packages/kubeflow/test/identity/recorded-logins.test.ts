import { afterAll, describe, expect, test } from "vitest";
import { GATEWAY_CLIENT_ID } from "../../src/identity/identity-provider.ts";
import { ConnectorUnavailableError } from "../../src/identity/password-connector.ts";
import { FixedConnector, PASSWORD, type ProviderUnderTest, startProvider, USER } from "./provider-under-test.ts";
import {
  haveRecordings,
  type RecordedScenario,
  type RecordedStep,
  recordedShape,
  scenariosOf,
  shapeOf,
} from "./recorded-logins.ts";

/** Where ours does something else, and why. */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  ["approval_prompt_none_dex_2026", "prompt=none is passed over, as Dex did until 2026, or nobody could log in"],
  ["dex_sessions_enabled_prompt_none", "there are no sessions here, so everyone is asked"],
  ["dex_down_login", "what answers is what stands before a Dex that is down"],
]);

const SIZES: Readonly<Record<string, number>> = { code_challenge: 43, state: 53 };

const providers = new Map<string, Promise<ProviderUnderTest>>();

afterAll(async () => {
  for (const provider of providers.values()) await (await provider)[Symbol.asyncDispose]();
});

function providerOf(hasLdap: boolean, approval: boolean): Promise<ProviderUnderTest> {
  const connectors = [new FixedConnector(), ...(hasLdap ? [new FixedConnector("ldap", "LDAP", "Username")] : [])];
  const key = `${hasLdap} ${approval}`;
  const provider = providers.get(key) ?? startProvider({ connectors, approval });
  providers.set(key, provider);
  return provider;
}

/** Plays what a recording asks with values of our own, since secrets are cut out of it. */
class Player {
  readonly #under: ProviderUnderTest;
  readonly #scenario: RecordedScenario;
  #query = "";
  /** Where the last answer leads to; the last login page, if it was none. */
  #next: string | undefined;

  constructor(under: ProviderUnderTest, scenario: RecordedScenario) {
    this.#under = under;
    this.#scenario = scenario;
  }

  async play(step: RecordedStep): Promise<Response> {
    const url = await this.#addressOf(step);
    const { method, form } = step.request;
    const answer = await fetch(new URL(url, this.#under.origin), {
      method,
      redirect: "manual",
      ...(form !== undefined && { body: new URLSearchParams(this.#filled(form, url, step)) }),
    });
    this.#next = answer.headers.get("location") ?? url;
    return answer;
  }

  async #addressOf({ request: { path, query } }: RecordedStep): Promise<string> {
    if ("client_id" in query || path === "/dex/auth/nope") {
      this.#query = this.#authorization(query).toString();
      return `${path}?${this.#query}`;
    }
    if (!("state" in query) && !("req" in query)) return path;
    if (this.#scenario.name === "dex_login_unknown_state") return `${path}?state=${"x".repeat(25)}&back=`;
    if (this.#scenario.name.includes("bad_hmac")) return `${path}?req=${"x".repeat(25)}&hmac=${"x".repeat(43)}`;
    // A scenario that begins in the middle goes on with a login that was begun in another one.
    this.#next ??= await this.#begun(path);
    const { search } = new URL(this.#next, this.#under.origin);
    return `${path}${search}`;
  }

  async #begun(path: string): Promise<string> {
    const authorization = this.#authorization({ state: "", code_challenge: "", prompt: "none" });
    const connector = this.#scenario.name === "dex_connector_mismatch" ? "local" : (path.split("/")[3] ?? "local");
    const begun = await fetch(
      `${this.#under.issuer}/auth/${path === "/dex/approval" ? "local" : connector}?${authorization}`,
      {
        redirect: "manual",
      },
    );
    const login = begun.headers.get("location") ?? "";
    const isUsed = this.#scenario.name.startsWith("replay_login_url");
    if (!isUsed && path !== "/dex/approval") return login;
    const done = await fetch(new URL(login, this.#under.origin), {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ login: USER.email, password: PASSWORD }),
    });
    return isUsed ? login : (done.headers.get("location") ?? "");
  }

  #authorization(query: Readonly<Record<string, string>>): URLSearchParams {
    const known = this.#scenario.name !== "dex_misc";
    const values: Record<string, string> = {
      client_id: known ? GATEWAY_CLIENT_ID : "nobody",
      redirect_uri: this.#scenario.variant === "kf18" ? "/authservice/oidc/callback" : "/oauth2/callback",
      response_type: "code",
      scope: "profile email groups openid",
    };
    for (const key of Object.keys(query)) {
      values[key] ??= key in SIZES ? "a".repeat(SIZES[key] ?? 0) : (query[key] ?? "");
    }
    if ("code_challenge" in values) values.code_challenge_method = "S256";
    return new URLSearchParams(values);
  }

  #filled(form: readonly string[], url: string, { status }: RecordedStep): Record<string, string> {
    if (!form.includes("approval")) {
      return { login: USER.email, password: status === 401 ? "wrong" : PASSWORD };
    }
    const req = new URL(url, this.#under.origin).searchParams.get("req") ?? "";
    return { req, approval: status === 500 ? "rejected" : "approve" };
  }
}

const recorded = haveRecordings ? ["kf18", "kf19", "kf19-ldap", "kf19-approval", "failures"].flatMap(scenariosOf) : [];

test.skipIf(!haveRecordings)("every listed difference is of a login that is recorded", () => {
  const names = new Set(recorded.map(({ name }) => name));
  expect([...DIFFERENT.keys()].filter((name) => !names.has(name))).toEqual([]);
});

describe.skipIf(!haveRecordings).for(recorded.filter(({ name }) => !DIFFERENT.has(name)))(
  "a login goes as it was recorded with Dex",
  (scenario) => {
    const { variant, name, steps } = scenario;
    test(`${variant}: ${name}`, async () => {
      const hasLdap = variant.includes("ldap") || name.includes("ldap");
      const under = await providerOf(hasLdap, variant.includes("approval") || name.includes("approval"));
      const [, ldap] = under.connectors;
      if (name === "ldap_server_down" && ldap !== undefined) {
        ldap.instead = async () => {
          throw new ConnectorUnavailableError("the directory is down");
        };
      }
      const player = new Player(under, scenario);
      for (const step of steps) {
        const answer = await player.play(step);
        const about = `${step.request.method} ${step.request.path}`;
        expect({ about, ...(await shapeOf(answer)) }).toEqual({ about, ...recordedShape(step) });
        const said = /^dex (?:Bad Request|Internal Server Error|Unauthorized) (.*)$/.exec(step.page?.text ?? "")?.[1];
        if (said !== undefined && name !== "dex_misc") expect(await answer.text()).toContain(said);
      }
      expect(under.errors.splice(0).length).toBe(name === "ldap_server_down" ? 1 : 0);
      if (ldap !== undefined) ldap.instead = undefined;
    });
  },
);
