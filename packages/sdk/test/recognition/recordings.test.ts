import { describe, expect, test } from "vitest";
import { recognise } from "../../src/recognition/recognise.ts";
import { nodeHttpTransport } from "../../src/transport/node-http.ts";
import { type Answer, localServer } from "../helpers/local-server.ts";
import { haveRecordings, type RecordedStep, scenariosOf } from "../login/recordings.ts";

const transport = nodeHttpTransport({ connectTimeoutMs: 3_000 });

/** The page of a recording: of its source only what was noted down. */
function sourceOf({ body, page, location }: RecordedStep): string {
  if (body !== undefined) return body;
  if (page === undefined) return location === undefined ? "" : `<a href="${location.path}">Found</a>`;
  const forms = page.forms.map(
    ({ method, action }) => `<form method="${method}" action="${action?.path ?? ""}"></form>`,
  );
  return `<!DOCTYPE html><html><head><title>${page.title ?? ""}</title></head><body>${forms.join("")}</body></html>`;
}

/** Answers as the gateway did: with what it was recorded to say to the API and, where it was, to people. */
function playing(file: string, api: string, people: string): Answer {
  const scenarios = scenariosOf(file);
  const last = (name: string): RecordedStep => {
    const step = scenarios[name]?.at(-1);
    if (step === undefined) throw new Error(`${file} has no recording ${name}`);
    return step;
  };
  return (request, response) => {
    const step = /\/apis\//.test(request.url) ? last(api) : last(people);
    const { status, content_type: type, location, set_cookie: cookies = [] } = step;
    const query = new URLSearchParams(location?.query).toString();
    response.writeHead(status, {
      ...(type !== null && { "content-type": type }),
      ...(location !== undefined && { location: `${location.path}?${query}` }),
      ...(cookies.length > 0 && { "set-cookie": cookies.map(({ name }) => `${name}=x; Path=/`) }),
    });
    response.end(sourceOf(step));
  };
}

interface Recording {
  readonly file: string;
  readonly api: string;
  readonly people?: string;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly code?: string;
  readonly requests: number;
}

const people = "unauth_page_/pipeline";
const oauth2Proxy = { kind: "guarded", gateway: "oauth2-proxy" };
const recordings: readonly Recording[] = [
  {
    file: "kf18",
    api: "unauth_api_healthz",
    expected: { kind: "guarded", gateway: "oidc-authservice" },
    code: "LOGIN_REQUIRED",
    requests: 1,
  },
  { file: "kf18", api: "authed_api_healthz", expected: { kind: "pipelines", multiUser: true }, requests: 1 },
  {
    file: "kf18",
    api: "cookie_garbage_api",
    expected: { kind: "guarded", gateway: "oidc-authservice" },
    code: "LOGIN_REQUIRED",
    requests: 1,
  },
  ...["kf19", "kf19-ldap", "kf19-approval"].flatMap((file): Recording[] => [
    { file, api: "unauth_api_healthz", expected: oauth2Proxy, code: "LOGIN_REQUIRED", requests: 2 },
    {
      file,
      api: "authed_api_healthz",
      expected: { kind: "pipelines", multiUser: true, serverVersion: undefined },
      requests: 1,
    },
  ]),
  { file: "kf19", api: "cookie_garbage_api", expected: oauth2Proxy, code: "LOGIN_REQUIRED", requests: 1 },
  { file: "kf19", api: "authz_bearer_garbage_api", expected: oauth2Proxy, code: "TOKEN_REFUSED", requests: 2 },
  {
    file: "kf19",
    api: "authz_bearer_other_issuer_api",
    expected: oauth2Proxy,
    code: "TOKEN_ISSUER_UNKNOWN",
    requests: 2,
  },
  { file: "kf19", api: "authz_basic_api", expected: { kind: "mesh-denied" }, code: "MESH_DENIED", requests: 1 },
  {
    file: "kf19",
    api: "authed_api_root_not_under_pipeline",
    people: "authed_api_root_not_under_pipeline",
    expected: { kind: "other" },
    code: "NOT_THE_API",
    requests: 2,
  },
  {
    file: "failures",
    api: "kfp_down",
    people: "kfp_down",
    expected: { kind: "unreachable" },
    code: "UPSTREAM_FAILED",
    requests: 1,
  },
];

// Skipped where the recordings do not lie beside the repository (../shared/login-flows): there is nothing to play.
describe.skipIf(!haveRecordings)("recognise, at gateways as they were recorded", () => {
  test.each(recordings)("$file: $api is $expected.kind with $requests requests", async (recording) => {
    const { file, api, expected, code, requests } = recording;
    const server = await localServer(playing(file, api, recording.people ?? people));
    const found = await recognise({ host: `${server.origin}/pipeline`, transport, timeoutMs: 3_000 });
    expect(found).toMatchObject(expected);
    expect("error" in found ? found.error.code : undefined).toBe(code);
    expect(server.received).toHaveLength(requests);
  });
});
