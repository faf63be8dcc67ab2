import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { html } from "../../src/http/page/html.ts";
import { welcomePage } from "../../src/http/page/welcome-page.ts";
import type { LogFields, RunningServer } from "../../src/index.ts";
import { startTestServer } from "../test-server.ts";

const lines: Array<{ level: string; fields: LogFields; message: string }> = [];
let server: RunningServer;

beforeAll(async () => {
  const say = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message });
  server = await startTestServer({
    log: { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") },
  });
});
afterAll(() => server.close());

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

async function ask(path: string, accept?: string, method = "GET"): Promise<Response> {
  return fetch(`${server.url}${path}`, { method, headers: accept === undefined ? {} : { accept } });
}

describe("outside /apis", () => {
  test("there is nothing at the root, as with ml-pipeline, unless HTML is preferred", async () => {
    const nothing = await ask("/");
    expect([
      nothing.status,
      nothing.headers.get("content-type"),
      nothing.headers.get("vary"),
      await nothing.text(),
    ]).toEqual([404, "text/plain; charset=utf-8", "Accept", "404 page not found\n"]);
    const page = await ask("/", BROWSER);
    expect([page.status, page.headers.get("content-type"), page.headers.get("vary")]).toEqual([
      200,
      "text/html; charset=utf-8",
      "Accept",
    ]);
  });

  test("the page is always at /pipeline/, also for HEAD", async () => {
    expect(await (await ask("/pipeline/", "application/json")).text()).toContain("<h1>");
    expect((await ask("/pipeline")).status).toBe(200);
    expect((await ask("/pipeline/", BROWSER, "HEAD")).status).toBe(200);
  });

  test("everything else is 404 in plain text", async () => {
    for (const path of ["/nothing", "/apis", "/pipeline/x", "/index.html", "//", "/%zz"]) {
      const answer = await ask(path, BROWSER);
      expect([answer.status, await answer.text()], path).toEqual([404, "404 page not found\n"]);
    }
    expect((await ask("/", BROWSER, "POST")).status).toBe(404);
  });

  test("metrics count requests by operation and status, and what is stored", async () => {
    await ask("/apis/v2beta1/experiments/nobody");
    const response = await ask("/metrics");
    const text = await response.text();
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=/);
    expect(text).toMatch(
      /kfp_ts_http_request_duration_seconds_count\{operation="experiments\.get",status="404"\} [1-9]/,
    );
    expect(text).toContain('kfp_ts_stored{resource="experiments"} 1');
    expect(text).toContain('kfp_ts_server_info{version="1.2.3-test"} 1');
    expect(text).toContain("process_resident_memory_bytes");
  });

  test("each request has its line in the log, without its query", async () => {
    await fetch(`${server.url}/apis/v2beta1/experiments?page_token=secret`, { headers: { "x-request-id": "line-1" } });
    const line = lines.find(({ fields }) => fields.requestId === "line-1");
    expect(line).toMatchObject({
      level: "info",
      fields: {
        method: "GET",
        path: "/apis/v2beta1/experiments",
        operation: "experiments.list",
        status: 400,
        ms: expect.any(Number),
      },
    });
    expect(JSON.stringify(lines)).not.toContain("secret");
  });

  test("probes are not worth a line", () => {
    const health = lines.filter(({ fields }) => fields.operation === "healthz.get");
    expect(health.length).toBeGreaterThan(0);
    expect(new Set(health.map(({ level }) => level))).toEqual(new Set(["debug"]));
  });
});

describe("the page", () => {
  const counts = { experiments: 1, pipelines: 22, pipelineVersions: 333, runs: 4444, recurringRuns: 5 };
  const { headers, body } = welcomePage({ version: "<script>\"&'", url: "http://localhost:1234", counts });

  test("tells the version, what is stored and how to connect from each language", () => {
    for (const text of [
      "4444",
      "pipeline versions",
      "@kfp-ts/sdk",
      "kfp.Client(host=&quot;http://localhost:1234&quot;)",
      "curl http://localhost:1234",
      "/apis/v2beta1/openapi.json",
    ]) {
      expect(body).toContain(text);
    }
  });

  test("tells a person whom a gateway has logged in who they are, how to connect through it, and where to log out", () => {
    const person = { user: "<vic>@example.com", namespaces: ["team-a", "team-b"], signOut: "/oauth2/sign_out" };
    const { body } = welcomePage({ version: "1", url: "http://localhost:8080", counts: undefined, person });
    for (const text of [
      "logged in as <strong>&lt;vic&gt;@example.com</strong>. Your profiles: <strong>team-a, team-b</strong>",
      '<a href="/oauth2/sign_out">Log out</a>',
      "dexPassword",
      "kfp-ts login http://localhost:8080/pipeline",
      "/pipeline/apis/v2beta1/openapi.json",
    ]) {
      expect(body).toContain(text);
    }
    expect(body).not.toContain("/metrics");
    const stranger = { ...person, namespaces: [] };
    expect(welcomePage({ version: "1", url: "http://x", counts: undefined, person: stranger }).body).toContain(
      "kfp-ts profiles create NAME",
    );
  });

  test("escapes what it is given", () => {
    expect(body).toContain("&lt;script&gt;&quot;&amp;&#39;");
    expect(body).not.toMatch(/<script/);
    expect(html`<p title="${'"><img src=x onerror="'}">${"&"}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;img src=x onerror=&quot;">&amp;</p>',
    );
  });

  test("loads nothing from anywhere, and its policy allows nothing but its own style", () => {
    expect(String(body).match(/(?:src|href)="(?!\/|data:)/g)).toBeNull();
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; /);
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  });

  test("can be read without eyes: a language, one heading of the first level, names for what scrolls", () => {
    expect(body).toContain('<html lang="en">');
    expect(String(body).match(/<h1>/g)).toHaveLength(1);
    expect(String(body).match(/<pre tabindex="0" role="region" aria-label="[^"]+">/g)).toHaveLength(3);
  });
});
