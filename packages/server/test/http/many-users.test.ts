import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningServer } from "../../src/index.ts";
import { ReviewUnavailableError } from "../../src/ports/review-unavailable.ts";
import { byHeader, rules } from "../services/many-users.ts";
import { helloWorld, startTestServer } from "../test-server.ts";

const NO_IDENTITY = "Failed to check authorization. User identity is empty in the request header";
const authorizer = rules("ada * * *");
let server: RunningServer;
let experimentId: string;
let runId: string;

/** Fails for the user "late", as a review does whose authority is away. */
const sometimes = {
  review: (user: string, attributes: Parameters<typeof authorizer.review>[1]) => {
    if (user !== "late") return authorizer.review(user, attributes);
    return Promise.reject(new ReviewUnavailableError("10.0.0.1 does not answer", { retryAfterSeconds: 6.2 }));
  },
};

async function ask(path: string, user?: string, init: RequestInit = {}) {
  const headers: Record<string, string> = user === undefined ? {} : { user };
  const response = await fetch(`${server.url}${path}`, { ...init, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

async function make(path: string, body: object): Promise<Readonly<Record<string, string>>> {
  const { text } = await ask(path, "ada", { method: "POST", body: JSON.stringify(body) });
  return JSON.parse(text) as Readonly<Record<string, string>>;
}

function form(): FormData {
  const data = new FormData();
  data.append("uploadfile", new Blob([helloWorld]), "hello.yaml");
  return data;
}

const upload = (user: string | undefined) =>
  ask("/apis/v2beta1/pipelines/upload?name=x&namespace=team-a", user, { method: "POST", body: form() });

beforeAll(async () => {
  server = await startTestServer({ multiUser: { authenticators: [byHeader], authorizer: sometimes } });
  experimentId =
    (await make("/apis/v2beta1/experiments", { display_name: "e", namespace: "team-a" })).experiment_id ?? "";
  const root = { dag: { tasks: { echo: { componentRef: { name: "comp-echo" }, taskInfo: { name: "echo" } } } } };
  const spec = {
    pipelineInfo: { name: "hello" },
    root,
    components: { "comp-echo": { executorLabel: "exec-echo" } },
    deploymentSpec: { executors: { "exec-echo": { container: { image: "alpine" } } } },
    schemaVersion: "2.1.0",
  };
  const run = { display_name: "r", experiment_id: experimentId, pipeline_spec: spec };
  runId = (await make("/apis/v2beta1/runs", run)).run_id ?? "";
});
afterAll(() => server.close({ graceMs: 0 }));

describe("a server for many users", () => {
  test("says so in its health, which needs no identity", async () => {
    for (const path of ["/apis/v2beta1/healthz", "/apis/v1beta1/healthz", "/pipeline/apis/v2beta1/healthz"]) {
      const { status, text } = await ask(path);
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({ multi_user: true });
    }
  });

  test("answers 401 to nobody, with a header that says how to be somebody, on both faces", async () => {
    for (const face of ["", "/pipeline"]) {
      const { status, headers, text } = await ask(`${face}/apis/v2beta1/experiments/${experimentId}`);
      expect(status).toBe(401);
      expect(headers.get("www-authenticate")).toBe(NO_IDENTITY);
      expect(JSON.parse(text)).toMatchObject({
        code: 16,
        message: expect.stringMatching(/^Failed to check authorization.*there is no header/),
        details: [{ message: NO_IDENTITY }],
      });
    }
  });

  test("answers 403 to whoever may not, and the chain goes on behind upstream's words", async () => {
    const { status, text } = await ask(`/apis/v2beta1/experiments/${experimentId}`, "bob");
    expect(status).toBe(403);
    const { code, message, details } = JSON.parse(text);
    expect(code).toBe(7);
    expect(message).toBe(`${details[0].message}: Unauthorized access`);
    expect(details[0].message).toMatch(
      /^User 'bob' is not authorized with reason: {2}\(request: &ResourceAttributes\{/,
    );
  });

  test("answers 503 while nobody can tell, with the seconds after which to ask again, and nothing of the cause", async () => {
    const { status, headers, text } = await ask(`/apis/v2beta1/experiments/${experimentId}`, "late");
    expect(status).toBe(503);
    expect(headers.get("retry-after")).toBe("7");
    expect(JSON.parse(text)).toMatchObject({ code: 14 });
    expect(text).not.toContain("10.0.0.1");
  });

  test("reads a body before it asks who sent it, as upstream does", async () => {
    const path = "/apis/v2beta1/experiments";
    expect((await ask(path, undefined, { method: "POST", body: "{nope" })).status).toBe(400);
    expect((await ask(path, undefined, { method: "POST", body: '{"namespace":"team-a"}' })).status).toBe(401);
  });
});

describe("an upload", () => {
  test.each([undefined, "bob"])("that is not allowed is 400 in the shape of uploads (by %s)", async (user) => {
    const { status, headers, text } = await upload(user);
    expect(status).toBe(400);
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    const { error_message, error_details } = JSON.parse(text);
    expect(error_message).toBe("Failed to create a pipeline");
    expect(error_details).toContain(user === undefined ? "there is no header" : "User 'bob' is not");
  });

  test("is 503 while nobody can tell whether it is allowed", async () => {
    const { status, headers, text } = await upload("late");
    expect(status).toBe(503);
    expect(headers.get("retry-after")).toBe("7");
    expect(text).not.toContain("10.0.0.1");
  });
});

describe("what is not served here", () => {
  const paths = () =>
    [
      [`/apis/v2beta1/runs/${runId}/nodes/n/artifacts/a:read`, 400],
      [`/apis/v1beta1/runs/${runId}/nodes/n/artifacts/a:read`, 400],
      [`/apis/v1alpha1/runs/${runId}/nodes/n/log`, 404],
    ] as const;

  test("is refused as to one user only where the run may be read: artifacts and logs", async () => {
    for (const [path, status] of paths()) {
      expect((await ask(path, "ada")).status).toBe(status);
      const nobody = await ask(path);
      expect([nobody.status, nobody.headers.get("www-authenticate")]).toEqual([401, NO_IDENTITY]);
      expect(JSON.parse(nobody.text).error_message).toContain(`Failed to access run ${runId}: ${NO_IDENTITY}`);
      const bob = await ask(path, "bob");
      expect(bob.status).toBe(403);
      expect(JSON.parse(bob.text).error_message).toContain("User 'bob' is not authorized");
      expect((await ask(path, "late")).status).toBe(503);
      expect((await ask(path.replace(runId, "unknown"))).status).toBe(404);
    }
  });

  test("asks for the right to report before reports are refused, and the user interface refuses them at once", async () => {
    for (const path of ["/apis/v2beta1/workflows", "/apis/v1beta1/scheduledworkflows"]) {
      const post = (prefix: string, user?: string) => ask(`${prefix}${path}`, user, { method: "POST", body: '"{}"' });
      expect((await post("")).status).toBe(401);
      const bob = await post("", "bob");
      expect(bob.status).toBe(403);
      expect(JSON.parse(bob.text).details[0].message).toContain("Namespace:,Verb:report,");
      expect((await post("", "ada")).text).toBe(`${path} endpoint is not meant for external usage.`);
      expect((await post("/pipeline")).status).toBe(403);
    }
    expect((await ask(`/apis/v1beta1/runs/${runId}:reportMetrics`, "bob", { method: "POST" })).text).toContain(
      "Verb:reportMetrics,",
    );
  });

  test("is a task: there is no such path, for anybody", async () => {
    expect((await ask("/apis/v1alpha1/tasks", "ada")).status).toBe(404);
  });
});

describe("the access check of v1", () => {
  const check = (query: string, user?: string) => ask(`/apis/v1beta1/auth?${query}`, user);

  test("wants a whole question first, then an identity, then asks about viewers of kubeflow.org", async () => {
    expect((await check("resources=VIEWERS&verb=GET")).status).toBe(400);
    expect((await check("namespace=team-a&resources=UNASSIGNED_RESOURCES&verb=GET", "ada")).status).toBe(400);
    expect((await check("namespace=team-a&resources=VIEWERS&verb=UNASSIGNED_VERB", "ada")).status).toBe(400);
    expect((await check("namespace=team-a&resources=VIEWERS&verb=DELETE")).status).toBe(401);
    expect((await check("namespace=team-a&resources=VIEWERS&verb=DELETE", "ada")).status).toBe(200);
    expect((await check("namespace=team-a&resources=VIEWERS&verb=DELETE", "bob")).text).toContain(
      "Namespace:team-a,Verb:delete,Group:kubeflow.org,Version:v1beta1,Resource:viewers,",
    );
  });
});

test("the page tells nobody what many users have stored, and connects with a token", async () => {
  const { status, text } = await ask("/pipeline/");
  expect(status).toBe(200);
  expect(text).not.toContain("What is stored");
  expect(text).toContain("ServiceAccountTokenVolumeCredentials");
  expect(text).toContain("Authorization: Bearer");
});
