import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Browser, sendTo } from "./browser.ts";
import { type GatewayUnderTest, startGateway } from "./gateway-under-test.ts";

// What real gateways answered is shared with the project beside its repository; a clone alone does not have it.
const recordings = new URL("../../../../../shared/login-flows/", import.meta.url);

interface Step {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    readonly cookies: readonly string[];
    readonly form?: readonly string[];
  };
  readonly status: number;
  readonly content_type: string | null;
  readonly body?: string;
  readonly location?: { readonly path: string };
  readonly location_is?: string;
  readonly set_cookie?: readonly { readonly name: string; readonly cleared: boolean }[];
}

const GENERATIONS = {
  kf19: { generation: "oauth2-proxy", session: "oauth2_proxy_kubeflow", start: "/oauth2/start?rd=/pipeline" },
  kf18: { generation: "authservice", session: "authservice_session", start: "/pipeline" },
} as const;

/** Who plays a scenario, and what their session's cookie looks like. */
const PLAYED: Readonly<Record<string, "nobody" | "user" | "garbage" | "tampered" | "truncated" | "quoted">> = {
  "login_ok_from_/pipeline": "nobody",
  login_ok_deep_link_with_query: "nobody",
  authed_api_list_own_ns: "user",
  authed_dashboard_root: "user",
  "unauth_page_/": "nobody",
  "unauth_page_/pipeline": "nobody",
  "unauth_page_/pipeline_accept_json": "nobody",
  unauth_page_xrw: "nobody",
  unauth_HEAD_page: "nobody",
  unauth_api_GET: "nobody",
  unauth_api_POST: "nobody",
  unauth_api_DELETE: "nobody",
  unauth_api_healthz: "nobody",
  unauth_api_header_injection: "nobody",
  unauth_api_OPTIONS_preflight: "nobody",
  unauth_POST_page: "nobody",
  unauth_ml_metadata: "nobody",
  unauth_apis_no_slash: "nobody",
  cookie_garbage_page: "garbage",
  cookie_garbage_api: "garbage",
  cookie_tampered_page: "tampered",
  cookie_tampered_api: "tampered",
  cookie_truncated_page: "truncated",
  cookie_truncated_api: "truncated",
  cookie_quoted_page: "quoted",
  cookie_quoted_api: "quoted",
  authz_bearer_garbage_page: "nobody",
  authz_bearer_garbage_api: "nobody",
  authz_bearer_other_issuer_page: "nobody",
  authz_bearer_other_issuer_api: "nobody",
  authz_basic_page: "nobody",
  authz_basic_api: "nobody",
  authz_bearer_empty_page: "nobody",
  authz_bearer_empty_api: "nobody",
  "authz_k8s_sa_token_aud[default]": "nobody",
  "authz_k8s_sa_token_aud[pipelines.kubeflow.org]": "nobody",
  "authz_k8s_sa_token_aud[istio-ingressgateway.istio-system.svc.cluster.local]": "nobody",
  oauth2_unauth_sign_in: "nobody",
  oauth2_unauth_auth: "nobody",
  oauth2_unauth_userinfo: "nobody",
  oauth2_unauth_start_no_rd: "nobody",
  oauth2_unauth_start_external_rd: "nobody",
  oauth2_unauth_start_rd_scheme_relative: "nobody",
  oauth2_unauth_callback_bare: "nobody",
  oauth2_unauth_callback_error: "nobody",
  oauth2_unauth_start_POST: "nobody",
  oauth2_unauth_robots: "nobody",
  oauth2_unauth_ping_via_gateway: "nobody",
  oauth2_authed_auth: "user",
  oauth2_authed_userinfo: "user",
  oauth2_authed_start_when_logged_in: "user",
  logout_sign_out: "user",
  logout: "user",
  authservice_unauth_verify: "nobody",
  authservice_unauth_callback_bare: "nobody",
  authservice_unauth_site: "nobody",
  authservice_authed_verify: "user",
  session_as_bearer_api: "user",
};

const jwt = (claims: object): string =>
  `${[{ alg: "RS256", kid: "x" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.c2ln`;

/** The Authorization of a scenario, which the recordings do not hold. */
function authorizationOf(name: string, cookie: string | undefined): string | undefined {
  if (name.startsWith("authz_bearer_garbage")) return "Bearer garbage";
  if (name.startsWith("authz_bearer_other")) return `Bearer ${jwt({ iss: "https://elsewhere.example" })}`;
  if (name.startsWith("authz_k8s")) return `Bearer ${jwt({ iss: "https://kubernetes.default.svc" })}`;
  if (name.startsWith("authz_basic")) return "Basic dXNlcjpwYXNz";
  if (name.startsWith("authz_bearer_empty")) return "Bearer ";
  if (name === "session_as_bearer_api") return `Bearer ${cookie}`;
  return undefined;
}

/** The rest of what was recorded, and who replays it. */
const ELSEWHERE: readonly (readonly [name: RegExp, reason: string])[] = [
  [
    /^authed_(api|header|POST)|^user_without_rights/,
    "what the server answers to whom is in test/contract of the server",
  ],
  [
    /^login_(wrong|unknown|empty|short|second|email)|^dex_|^replay_login/,
    "the identity provider's own tests replay it",
  ],
  [/^cookie_(good|header)/, "gateway-cookies.test.ts tries it"],
  [/^callback_|^password_posted|^two_starts|^login_with_external|^logout_old/, "gateway-logins.test.ts tries it"],
  [/^direct_/, "does not come to the gateway"],
];

/** Where ours is another on purpose: by scenario and step, what is, and why. */
const DIFFERENCES: Readonly<Record<string, { readonly ours: Partial<Shape>; readonly because: string }>> = {
  "kf19 login_ok_from_/pipeline 7": {
    ours: { cookies: ["oauth2_proxy_kubeflow"] },
    because: "the cookie of logins stays for other logins in the same browser, and ends by itself",
  },
  "kf19 login_ok_deep_link_with_query 7": {
    ours: { cookies: ["oauth2_proxy_kubeflow"] },
    because: "the cookie of logins stays for other logins in the same browser, and ends by itself",
  },
  "kf18 login_ok_from_/pipeline 6": {
    ours: { cookies: ["authservice_session"] },
    because: "the cookie of logins stays for other logins in the same browser, and ends by itself",
  },
  "kf18 login_ok_deep_link_with_query 6": {
    ours: { cookies: ["authservice_session"] },
    because: "the cookie of logins stays for other logins in the same browser, and ends by itself",
  },
  "kf19 logout_sign_out 0": {
    ours: { status: 200, location: undefined, cookies: [] },
    because: "a link, which another site can have followed, ends no session: it shows a button that does",
  },
  "kf18 logout 1": {
    ours: { status: 200, type: "text/html", cookies: ["authservice_session cleared"] },
    because: "the button of a person posts with a cookie alone; that it is their own page is looked at",
  },
  "kf18 logout 2": {
    ours: { status: 401, type: undefined, cookies: [] },
    because: "the session has ended with the step before",
  },
  "kf18 authz_k8s_sa_token_aud[istio-ingressgateway.istio-system.svc.cluster.local] 0": {
    ours: { status: 302, type: "text/html", location: "/dex/auth", cookies: ["oidc_state_csrf"] },
    because: "tokens of service accounts take --m2m, in both generations",
  },
};

/** A cookie of our identity provider, which tells whose guesses at a password are whose. Dex has none. */
const OF_THE_PROVIDER = "kfp_ts_device=";

interface Shape {
  readonly status: number;
  readonly type: string | undefined;
  readonly location: string | undefined;
  readonly cookies: readonly string[];
  readonly body: string | undefined;
}

/** Bodies count where they are no pages: those are in words of our own. Content types of redirects that nobody shows do not. */
function recordedShape({ status, content_type, location, set_cookie = [], body, request }: Step): Shape {
  const type = content_type?.split(";")[0];
  const isSaid = type === "text/plain" || (type === "application/json" && status >= 400);
  return {
    status,
    type: isRedirectOfDex(status, request) ? undefined : type,
    location: location?.path,
    cookies: [...new Set(set_cookie.map(({ name, cleared }) => (cleared ? `${name} cleared` : name)))].sort(),
    body: isSaid && !request.path.startsWith("/dex") ? body : undefined,
  };
}

function isRedirectOfDex(status: number, { path }: Step["request"]): boolean {
  return path.startsWith("/dex/") && (status === 302 || status === 303);
}

/** The content type of a page that a HEAD request does not get is told by us, and was not by what was recorded. */
function isBareHead({ request, content_type }: Step): boolean {
  return request.method === "HEAD" && content_type === null;
}

function shapeOf({ status, headers, setCookies, body }: Answer, step: Step): Shape {
  const type = headers["content-type"]?.split(";")[0];
  const isSaid = type === "text/plain" || (type === "application/json" && status >= 400);
  const { location } = headers;
  return {
    status,
    type: isRedirectOfDex(status, step.request) || isBareHead(step) ? undefined : type,
    location: location === undefined ? undefined : location.split("?")[0],
    cookies: setCookies
      .filter((line) => !line.startsWith(OF_THE_PROVIDER))
      .map((line) => `${line.split("=")[0]}${/Max-Age=0/.test(line) ? " cleared" : ""}`)
      .sort(),
    body: isSaid && !step.request.path.startsWith("/dex") ? body : undefined,
  };
}

describe.skipIf(!existsSync(recordings)).each(["kf19", "kf18"] as const)("the gateway recorded as %s", (variant) => {
  const { generation, session, start } = GENERATIONS[variant];
  const { scenarios } = existsSync(recordings)
    ? (JSON.parse(readFileSync(new URL(`${variant}.json`, recordings), "utf8")) as {
        readonly scenarios: Readonly<Record<string, unknown>>;
      })
    : { scenarios: {} };
  const names = Object.keys(scenarios).filter((name) => !name.startsWith("_"));
  let under: GatewayUnderTest;
  beforeAll(async () => {
    under = await startGateway({ generation });
  });
  afterAll(() => under[Symbol.asyncDispose]());

  test("is replayed as a whole, here or elsewhere", () => {
    const nowhere = names.filter((name) => !(name in PLAYED) && !ELSEWHERE.some(([one]) => one.test(name)));
    expect(nowhere).toEqual([]);
  });

  test.each(names.filter((name) => name in PLAYED))(
    "answers %s as recorded, or otherwise with a reason",
    async (name) => {
      const browser = under.browser();
      await dress(browser, name);
      const steps = scenarios[name] as readonly Step[];
      let last: Answer | undefined;
      for (const [index, step] of steps.entries()) {
        const isAnonymous = step.request.cookies.length === 0 && PLAYED[name] !== "nobody";
        if (isAnonymous && name !== "session_as_bearer_api") browser.cookies.delete(session);
        const answer = await play(browser, name, step, last);
        last = answer;
        const different = DIFFERENCES[`${variant} ${name} ${index}`];
        const { body, ...expected } = { ...recordedShape(step), ...different?.ours };
        const { body: said, ...ours } = shapeOf(answer, step);
        expect(ours, `step ${index}: ${step.request.method} ${step.request.path}`).toEqual(expected);
        if (different === undefined && body !== undefined) expect(said?.trim()).toBe(body.trim());
      }
    },
  );

  async function dress(browser: Browser, name: string): Promise<void> {
    const wearing = PLAYED[name];
    if (wearing === "nobody") return;
    await browser.logIn(start);
    const cookie = browser.cookies.get(session) ?? "";
    const worn = {
      user: cookie,
      garbage: "garbage",
      tampered: `${cookie.slice(0, -2)}xx`,
      truncated: cookie.slice(0, -20),
      quoted: `"${cookie}"`,
    }[wearing ?? "user"];
    browser.cookies.clear();
    browser.cookies.set(session, worn);
  }

  async function play(browser: Browser, name: string, step: Step, last: Answer | undefined): Promise<Answer> {
    const { method, path, query, form } = step.request;
    const { location } = last?.headers ?? {};
    if (location !== undefined && location.split("?")[0] === path) return browser.send(location, { method });
    if (path.startsWith("/dex/") && method === "POST" && last !== undefined) return browser.sendPassword(last);
    const values = Object.entries(query).map(([key, value]): [string, string] => [
      key,
      value === "kubeflow...(25)" ? "team" : value,
    ]);
    const text = new URLSearchParams(values).toString();
    const authorization =
      authorizationOf(name, browser.cookies.get(session)) ?? bearerOfLogout(browser, name, step, last);
    if (name === "session_as_bearer_api") browser.cookies.clear();
    return browser.send(text === "" ? path : `${path}?${text}`, {
      method,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(name.includes("preflight") && preflightHeaders(browser)),
        ...(name.includes("injection") && { "kubeflow-userid": "user@example.com" }),
      },
      ...(form && { form: new URLSearchParams({ a: "b" }) }),
    });
  }

  /** The second logout of the recording sent its cookie as a bearer token. */
  function bearerOfLogout(browser: Browser, name: string, { request }: Step, last: Answer | undefined) {
    const isSecond = name === "logout" && request.method === "POST" && last?.status !== 200;
    return isSecond ? `Bearer ${browser.cookies.get(session)}` : undefined;
  }
});

/** As a page of the gateway's own origin asks; the recorded one was of another, which here gets no further. */
function preflightHeaders(browser: Browser) {
  return { origin: `http://${browser.host}`, "access-control-request-method": "GET" };
}

test("a gateway answers under localhost, 127.0.0.1 and, where there is one, ::1", async () => {
  await using under = await startGateway();
  const { port } = under.gateway;
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`]) {
    expect((await sendTo(port, "/pipeline", { headers: { host } })).status).toBe(403);
  }
  const overV6 = await sendTo(port, "/pipeline", { host: "::1", headers: { host: `[::1]:${port}` } }).catch(
    (error: NodeJS.ErrnoException) => error.code,
  );
  expect(typeof overV6 === "object" ? overV6.status : 403).toBe(403);
});
