import { describe, expect, test } from "vitest";
import { passwordLogIn } from "../../src/login/password-log-in.ts";
import { nodeHttpTransport } from "../../src/transport/node-http.ts";
import { failureOf } from "../helpers/failure.ts";
import { everythingIn } from "./everything-in.ts";
import { recordedGateway } from "./recorded-gateway.ts";
import { haveRecordings, type RecordedStep, type Scenarios, scenariosOf } from "./recordings.ts";
import { notApplicable, type Plan, plans } from "./replay-plan.ts";

const files = ["kf18", "kf19", "kf19-ldap", "kf19-approval", "failures", "expiry", "cookie-details"];
const recordings = new Map<string, Scenarios>(haveRecordings ? files.map((file) => [file, scenariosOf(file)]) : []);
const names = [...recordings].flatMap(([file, scenarios]) => Object.keys(scenarios).map((name) => `${file}:${name}`));
const planOf = (name: string) => plans.find(([pattern]) => pattern.test(name))?.[1];
const reasonOf = (name: string) => notApplicable.find(([pattern]) => pattern.test(name))?.[1];

const password = "correct-horse-12341234";
const healthy: RecordedStep = {
  request: { method: "GET", path: "", query: {}, cookies: [] },
  status: 200,
  content_type: "application/json",
  body: '{"commit_sha":"unknown","tag_name":"unknown","multi_user":true,"pipeline_store":"database"}',
};

const stepsOf = (name: string): readonly RecordedStep[] => {
  const [file = "", ...rest] = name.split(":");
  return recordings.get(file)?.[rest.join(":")] ?? [];
};

/** The login of a recording, as far as it is about one connector. */
function loginOf(base: string, connector: string): RecordedStep[] {
  const steps = stepsOf(`${base}:login_ok_from_/pipeline`);
  const text = JSON.stringify(steps).replaceAll(
    '"path":"/dex/auth/local/login"',
    `"path":"/dex/auth/${connector}/login"`,
  );
  const login = JSON.parse(text) as RecordedStep[];
  const chosen = login.findIndex(({ request }) => request.path === "/dex/auth/local");
  const step = login[chosen];
  if (step !== undefined) login[chosen] = { ...step, request: { ...step.request, path: `/dex/auth/${connector}` } };
  return login;
}

const isSame = (one: RecordedStep, other: RecordedStep | undefined) =>
  one.request.method === other?.request.method && one.request.path === other.request.path;

/** What a client meets: the way to the scenario, and the scenario. */
function scriptOf(name: string, plan: Plan, start: number): RecordedStep[] {
  const { connector = "local", base = name.split(":")[0] ?? "", length = 99, cookiesLost, beginning, asHealth } = plan;
  const login = loginOf(base === "failures" ? "kf19" : base, connector);
  if (asHealth) return login;
  const scenario = stepsOf(name)
    .slice(start, start + length)
    .filter(({ request }) => !request.path.includes("/apis/"));
  if (beginning) {
    const rd = plan.endpoint === "" ? "/" : "/pipeline";
    const isStart = ({ request }: RecordedStep) => "rd" in request.query;
    const onward = login
      .slice(1)
      .map((step) => ({ ...step, request: { ...step.request, ...(isStart(step) && { query: { rd } }) } }));
    return [...scenario, ...onward];
  }
  const at = login.findIndex((step) => isSame(step, scenario[0]));
  expect(at, "the exchange of the login with which the scenario begins").toBeGreaterThanOrEqual(0);
  const way = login.slice(0, at).map(({ set_cookie, ...step }) => (cookiesLost ? step : { ...step, set_cookie }));
  const approval = (one: RecordedStep) => one.request.method === "GET" && one.request.path === "/dex/approval";
  const ends = scenario.at(-1);
  const rest = ends !== undefined && approval(ends) ? onwardFrom(ends, login.slice(login.findIndex(approval) + 1)) : [];
  const met = [...way, ...scenario, ...rest] as RecordedStep[];
  return cookiesLost ? met.map((step) => ({ ...step, request: { ...step.request, cookies: [] } })) : met;
}

describe.skipIf(!haveRecordings)("the recorded logins", () => {
  test("are all accounted for: each is met by a login, or cannot be, for a reason", () => {
    expect(names.length).toBeGreaterThan(300);
    expect(names.filter((name) => planOf(name) === undefined && reasonOf(name) === undefined)).toEqual([]);
  });

  const met = names.flatMap((name) => {
    const plan = reasonOf(name) === undefined ? planOf(name) : undefined;
    return plan === undefined
      ? []
      : (plan.starts ?? [0]).map((start) => ({ name, plan, start, code: plan.code ?? "a session" }));
  });

  test.each(met)("$name (from exchange $start) comes to $code", async ({ name, plan, start }) => {
    const endpointPath = plan.endpoint ?? "/pipeline";
    const script = scriptOf(name, plan, start);
    const steps = plan.again ? [...lostAt(script), ...loginOf(name.split(":")[0] ?? "", "local")] : script;
    const answer = plan.asHealth ? (stepsOf(name).at(-1) ?? healthy) : healthy;
    const gateway = await recordedGateway(steps, { path: `${endpointPath}/apis/v2beta1/healthz`, answer });
    const logIn = passwordLogIn({
      username: "user@example.com",
      password: async () => password,
      connector: plan.connector ?? "local",
      loginOrigins: [],
    });
    const request = {
      endpoint: gateway.server.origin + endpointPath,
      transport: nodeHttpTransport({ connectTimeoutMs: 5_000 }),
      timeoutMs: 10_000,
      signal: undefined,
      now: Date.now,
    };
    const login = logIn(request);
    if (plan.code === undefined) {
      const { cookies } = await login.catch((error: unknown) => {
        throw new Error(`${String(error)}\n${gateway.complaints.join("\n")}`);
      });
      expect(gateway.complaints).toEqual([]);
      const last = steps.findLast(({ request }) => request.path === "/pipeline" || request.path === "/");
      expect(cookies.map((one) => one.name).sort()).toEqual([...(last?.request.cookies ?? [])].sort());
      expect(gateway.left()).toBe(-1);
    } else {
      const error = await failureOf(login);
      expect(gateway.complaints).toEqual([]);
      expect(error.code).toBe(plan.code);
      const told = everythingIn(error);
      for (const secret of [password, ...gateway.secrets()]) expect(told).not.toContain(secret);
      expect(gateway.left()).toBe(plan.asHealth ? -1 : 0);
    }
  });
});

/** The form of the approval goes back to the URL of its page, with its query. */
function onwardFrom(page: RecordedStep, [form, ...rest]: readonly RecordedStep[]): readonly RecordedStep[] {
  return form === undefined ? [] : [{ ...form, request: { ...form.request, query: page.request.query } }, ...rest];
}

/** A login that the provider has forgotten begins once more with a jar of its own, so nothing of the first is seen. */
function lostAt(script: readonly RecordedStep[]): readonly RecordedStep[] {
  const last = script.at(-1);
  const before = script.at(-2);
  if (last === undefined || before === undefined) return script;
  return [...script.slice(0, -1), { ...last, request: { ...last.request, cookies: before.request.cookies } }];
}
