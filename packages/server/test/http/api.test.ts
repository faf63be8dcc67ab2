import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningServer } from "../../src/index.ts";
import { helloWorld, startTestServer } from "../test-server.ts";
import { rawRequest } from "./raw-client.ts";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";
let server: RunningServer;

beforeAll(async () => {
  server = await startTestServer({ limits: { maxBodyBytes: 1_000_000 } });
});
afterAll(() => server.close());

async function ask(
  path: string,
  init?: RequestInit,
): Promise<{ status: number; type: string | null; body: string; headers: Headers }> {
  const response = await fetch(`${server.url}${path}`, init);
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body: await response.text(),
    headers: response.headers,
  };
}

const post = (path: string, body: RequestInit["body"]) => ask(path, { method: "POST", body });

describe("paths under /apis", () => {
  test("an unknown path is 404 and a known one with another method is 501, as from the gateway of upstream", async () => {
    expect(await ask("/apis/v2beta1/nothing")).toMatchObject({
      status: 404,
      type: "application/json",
      body: '{"code":5,"message":"Not Found"}',
    });
    expect(await ask("/apis/")).toMatchObject({ status: 404, body: '{"code":5,"message":"Not Found"}' });
    expect(await ask("/apis/v2beta1/experiments", { method: "PUT", body: "{}" })).toMatchObject({
      status: 501,
      type: "application/json",
      body: '{"code":12,"message":"Method Not Allowed"}',
    });
    expect(await ask("/apis/v2beta1/experiments", { method: "HEAD" })).toMatchObject({ status: 501, body: "" });
    expect(await ask("/apis/v2beta1/experiments", { method: "OPTIONS" })).toMatchObject({ status: 501 });
  });

  test("a method that nothing has is 405 everywhere", async () => {
    const answer = await rawRequest(server.port, ["TRACE /apis/v2beta1/experiments HTTP/1.1", "host: localhost"]);
    expect(answer.status).toBe(405);
    expect(answer.text).toContain("allow: GET, HEAD, POST");
  });

  test("a path that is not percent-encoded UTF-8 is 400", async () => {
    for (const path of ["%zz", "%ff", "a%00b"]) {
      expect(await ask(`/apis/v2beta1/experiments/${path}`)).toMatchObject({ status: 400, type: "application/json" });
    }
  });

  test("a percent-encoded slash is part of a name", async () => {
    expect((await post("/apis/v2beta1/pipelines", JSON.stringify({ name: "slash/ed ü" }))).status).toBe(200);
    const found = await ask(`/apis/v2beta1/pipelines/names/${encodeURIComponent("slash/ed ü")}`);
    expect(JSON.parse(found.body)).toMatchObject({ name: "slash/ed ü" });
  });

  test("a NUL in a query is 400, because no database keeps it", async () => {
    expect(await ask("/apis/v2beta1/pipelines?namespace=a%00b")).toMatchObject({ status: 400 });
  });

  test("health answers to every method, to HEAD without a body", async () => {
    for (const method of ["GET", "POST", "PUT", "DELETE"]) {
      const { status, body } = await ask("/apis/v2beta1/healthz", { method });
      expect([status, JSON.parse(body)]).toEqual([
        200,
        { commit_sha: "unknown", tag_name: "unknown", multi_user: false, pipeline_store: "database" },
      ]);
    }
    expect(await ask("/apis/v1beta1/healthz", { method: "HEAD" })).toMatchObject({
      status: 200,
      body: "",
      type: "application/json",
    });
  });

  test("paths under /pipeline/apis answer the same, with the health of the user interface", async () => {
    expect(await ask("/pipeline/apis/v2beta1/experiments")).toEqual(expect.objectContaining({ status: 200 }));
    expect((await ask("/pipeline/apis/v2beta1/nothing")).status).toBe(404);
    expect(JSON.parse((await ask("/pipeline/apis/v2beta1/healthz")).body)).toEqual({
      apiServerCommitHash: "unknown",
      apiServerTagName: "unknown",
      apiServerMultiUser: false,
      multi_user: false,
      apiServerReady: true,
      buildDate: "",
      frontendCommitHash: "unknown",
      frontendTagName: "unknown",
      pipelineStore: "database",
    });
    expect(JSON.parse((await ask("/pipeline/apis/v1beta1/healthz")).body)).not.toHaveProperty("pipelineStore");
  });

  test("what is meant for the Argo back end is refused under both prefixes", async () => {
    const paths = ["v1beta1", "v2beta1"].flatMap((version) => [
      `/apis/${version}/workflows`,
      `/apis/${version}/scheduledworkflows`,
      `/apis/${version}/runs/x:reportMetrics`,
    ]);
    for (const path of [...paths, ...paths.map((path) => `/pipeline${path}`)]) {
      expect(await post(path, "{}")).toMatchObject({
        status: 403,
        type: "text/plain; charset=utf-8",
        body: `${path} endpoint is not meant for external usage.`,
      });
    }
  });

  test("artifacts and logs are refused in the shape of artifact reads", async () => {
    const { body } = await post("/apis/v2beta1/runs", JSON.stringify({ display_name: "r", pipeline_spec: inlineSpec }));
    const { run_id: runId } = JSON.parse(body) as { run_id: string };
    const artifact = (id: string) => ask(`/apis/v2beta1/runs/${id}/nodes/n/artifacts/x:read`);
    expect(await artifact(UNKNOWN)).toMatchObject({ status: 404, type: "text/plain; charset=utf-8" });
    expect(JSON.parse((await artifact(UNKNOWN)).body).error_message).toBe("artifact not found: <nil>");
    expect(await artifact(runId)).toMatchObject({ status: 400, type: "text/plain; charset=utf-8" });
    for (const id of [UNKNOWN, runId]) {
      const log = await ask(`/apis/v1alpha1/runs/${id}/nodes/n/log`);
      expect([log.status, log.type, Object.keys(JSON.parse(log.body))]).toEqual([
        404,
        "text/plain; charset=utf-8",
        ["error_message", "error_details"],
      ]);
    }
    expect((await post(`/apis/v2beta1/runs/${runId}/nodes/n/artifacts/x:read`, "")).status).toBe(501);
  });

  test("the API document is served under both prefixes", async () => {
    const document = JSON.parse((await ask("/apis/v2beta1/openapi.json")).body);
    expect(document).toMatchObject({ openapi: "3.1.0", info: { version: "1.2.3-test" } });
    expect(JSON.parse((await ask("/pipeline/apis/v2beta1/openapi.json")).body)).toEqual(document);
  });
});

describe("refusals", () => {
  test("are not longer than anybody reads, whatever they repeat", async () => {
    const parameters = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`parameter ${index}`, index]));
    const pipeline = {
      pipelineInfo: { name: "p" },
      schemaVersion: "2.1.0",
      deploymentSpec: { executors: { e: { container: { image: "alpine" } } } },
      components: { c: { executorLabel: "e" } },
      root: { dag: { tasks: { t: { componentRef: { name: "c" } } } } },
    };
    const run = { display_name: "r", pipeline_spec: pipeline, runtime_config: { parameters } };
    const { status, body } = await post("/apis/v2beta1/runs", JSON.stringify(run));
    const { message, details } = JSON.parse(body) as { message: string; details: ReadonlyArray<{ message: string }> };
    expect(status).toBe(400);
    for (const text of [message, details[0]?.message]) {
      expect(text).toMatch(/^parameter\(s\) provided are not required by pipeline: parameter 0, parameter 1, .*…$/);
      expect(text).toHaveLength(10_000);
    }
  });
});

describe("bodies", () => {
  test("are read as JSON whatever their type says", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "nonsense"]) {
      const init = {
        method: "POST",
        headers: { "content-type": type },
        body: JSON.stringify({ display_name: `as ${type}` }),
      };
      expect((await ask("/apis/v2beta1/experiments", init)).status).toBe(200);
    }
  });

  test("an empty body is an empty object", async () => {
    expect(JSON.parse((await post("/apis/v2beta1/experiments", "")).body)).toMatchObject({ code: 3 });
    expect(JSON.parse((await post("/apis/v2beta1/experiments", " \n")).body).message).not.toContain("malformed");
  });

  test("malformed JSON is 400 and says where", async () => {
    const { status, body } = await post("/apis/v2beta1/experiments", '{"display_name": "x",\n}');
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      code: 3,
      details: [
        { code: 3, message: 'malformed JSON at line 2, column 1: expected a name in double quotes, but there is "}"' },
      ],
    });
  });

  test.each([
    ["no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ["no object", Buffer.from("[1]")],
    ["an unknown field", Buffer.from('{"display_name":"x","colour":"red"}')],
    ["a field of every object", Buffer.from('{"__proto__":{"x":1}}')],
    ["half a surrogate pair", Buffer.from('{"display_name":"\\ud800"}')],
    ["nesting that never ends", Buffer.from(`{"display_name":${"[".repeat(400_000)}`)],
  ])("%s is 400", async (_what, body) => {
    const answer = await post("/apis/v2beta1/experiments", body);
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, 3]);
  });

  test("what is behind a text that clients know stands in the message, and not in the details", async () => {
    const url = "https://example.com/p.yaml";
    const request = { pipeline: { name: "u" }, pipeline_version: { package_url: { pipeline_url: url } } };
    const { status, body } = await post("/apis/v2beta1/pipelines/create", JSON.stringify(request));
    expect([status, JSON.parse(body)]).toEqual([
      400,
      {
        code: 3,
        message: expect.stringMatching(
          /^Pipeline URL validation failed: the host "example.com" is not among the allowed/,
        ),
        details: [expect.objectContaining({ code: 3, message: "Pipeline URL validation failed" })],
      },
    ]);
  });

  test("a body that is too large is 413, announced or not, and the connection goes on", async () => {
    expect(await post("/apis/v2beta1/experiments", "x".repeat(1_000_001))).toMatchObject({
      status: 413,
      type: "application/json",
    });
    const chunked = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < 15; sent += 1) controller.enqueue(Buffer.alloc(100_000, " "));
        controller.close();
      },
    });
    const init = { method: "POST", body: chunked, duplex: "half" } as RequestInit;
    expect((await ask("/apis/v2beta1/experiments", init)).status).toBe(413);
    expect((await ask("/apis/v2beta1/healthz")).status).toBe(200);
  });
});

const inlineSpec = {
  pipelineInfo: { name: "hello" },
  root: { dag: { tasks: { echo: { componentRef: { name: "comp-echo" }, taskInfo: { name: "echo" } } } } },
  components: { "comp-echo": { executorLabel: "exec-echo" } },
  deploymentSpec: { executors: { "exec-echo": { container: { image: "alpine" } } } },
  schemaVersion: "2.1.0",
  sdkVersion: "kfp-2.13.0",
};

describe("uploads", () => {
  const form = (content: string | Buffer, filename = "hello.yaml", field = "uploadfile"): FormData => {
    const data = new FormData();
    data.append("ignored", "some text");
    data.append(field, new Blob([content]), filename);
    return data;
  };
  const upload = (body: RequestInit["body"], query = "") => post(`/apis/v2beta1/pipelines/upload${query}`, body);

  test("a pipeline is made of a file, by any method", async () => {
    expect(JSON.parse((await upload(form(helloWorld), "?name=uploaded")).body)).toMatchObject({ name: "uploaded" });
    const put = await ask("/apis/v2beta1/pipelines/upload?name=put", { method: "PUT", body: form(helloWorld) });
    expect(put).toMatchObject({ status: 200, type: "application/json" });
  });

  test.each([
    ["another field", form(helloWorld, "hello.yaml", "file")],
    ["no form", "just text"],
    ["no body", ""],
  ])("%s instead of the file is 400 in the shape of uploads", async (_what, body) => {
    const answer = await upload(body);
    expect([answer.status, answer.type]).toEqual([400, "text/plain; charset=utf-8"]);
    const { error_message, error_details } = JSON.parse(answer.body) as Record<string, string>;
    expect(error_message).toBe("Failed to read pipeline from file");
    expect(error_details).toMatch(/^Failed to read pipeline from file: .*(form|part)/);
  });

  test("a file that is no pipeline is 400, and what it is stands in the details", async () => {
    const answer = await upload(form("PNG", "picture.png"));
    expect(answer).toMatchObject({ status: 400, type: "text/plain; charset=utf-8" });
    expect(JSON.parse(answer.body)).toMatchObject({
      error_message: "Failed to read a pipeline spec file",
      error_details: expect.stringContaining('"picture.png" is no compiled pipeline'),
    });
  });

  test("a file of more than 32 MiB is 400, and the server goes on", async () => {
    const answer = await upload(form(Buffer.alloc(32 * 2 ** 20 + 1, "#")), "?name=huge");
    expect([answer.status, answer.type]).toEqual([400, "text/plain; charset=utf-8"]);
    expect(JSON.parse(answer.body).error_details).toContain("larger than 33554432 bytes");
    expect(await upload(form(Buffer.alloc(40 * 2 ** 20, "#")), "?name=huge")).toMatchObject({ status: 400 });
    expect((await ask("/apis/v2beta1/pipelines/names/huge")).status).toBe(404);
  });

  test("a version without its pipeline is 400", async () => {
    const answer = await post("/apis/v2beta1/pipelines/upload_version", form(helloWorld));
    expect(JSON.parse(answer.body)).toMatchObject({
      error_message: "Failed to create a pipeline version",
      error_details: expect.stringContaining("pipelineid"),
    });
  });

  test("a query that is given twice is 400 in the shape of uploads", async () => {
    const answer = await upload(form(helloWorld), "?name=a&name=b");
    expect([answer.status, Object.keys(JSON.parse(answer.body))]).toEqual([400, ["error_message", "error_details"]]);
  });
});
