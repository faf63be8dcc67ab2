import { describe, expect, test } from "vitest";
import { createRouter, type Match } from "../../src/http/router.ts";

const route = createRouter(
  [
    ["GET", "/apis/runs"],
    ["POST", "/apis/runs"],
    ["GET", "/apis/runs/{run_id}"],
    ["POST", "/apis/runs/{run_id}:archive"],
    ["POST", "/apis/runs/{run_id}:unarchive"],
    ["GET", "/apis/pipelines/{pipeline_id}"],
    ["POST", "/apis/pipelines/create"],
    ["any", "/apis/pipelines/upload"],
    ["GET", "/apis/pipelines/names/{name}"],
    ["GET", "/apis/pipelines/{pipeline_id}/versions"],
    ["GET", "/apis/runs/{run_id}/artifacts/{artifact_name}:read"],
  ].map(([method = "", path = ""]) => ({ method, path, target: `${method} ${path}` })),
);

function found(match: Match<string>): unknown {
  return match.kind === "found" ? [match.target, match.params] : match.kind;
}

describe("routes", () => {
  test("a path is found by its method", () => {
    expect(found(route("GET", "/apis/runs"))).toEqual(["GET /apis/runs", {}]);
    expect(found(route("POST", "/apis/runs"))).toEqual(["POST /apis/runs", {}]);
  });

  test("a path that only another method has is told from one that nobody has", () => {
    for (const method of ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
      expect(found(route(method, "/apis/runs"))).toBe("other method");
    expect(found(route("GET", "/apis/nothing"))).toBe("unknown");
    expect(found(route("GET", "/apis/runs/a/b"))).toBe("unknown");
  });

  test("a custom verb is what a pattern ends in, and nothing more", () => {
    expect(found(route("POST", "/apis/runs/a:archive"))).toEqual(["POST /apis/runs/{run_id}:archive", { run_id: "a" }]);
    expect(found(route("POST", "/apis/runs/a:b:archive"))).toEqual([
      "POST /apis/runs/{run_id}:archive",
      { run_id: "a:b" },
    ]);
    expect(found(route("POST", "/apis/runs/a:unarchive"))).toEqual([
      "POST /apis/runs/{run_id}:unarchive",
      { run_id: "a" },
    ]);
    expect(found(route("POST", "/apis/runs/a%3Aarchive"))).toEqual([
      "POST /apis/runs/{run_id}:archive",
      { run_id: "a" },
    ]);
    expect(found(route("POST", "/apis/runs/a:explode"))).toBe("other method");
    expect(found(route("POST", "/apis/runs/:archive"))).toBe("other method");
  });

  test("a GET of a name with a colon is a GET of that name", () => {
    expect(found(route("GET", "/apis/runs/a:archive"))).toEqual(["GET /apis/runs/{run_id}", { run_id: "a:archive" }]);
  });

  test("an empty segment is a name, too: the empty one", () => {
    expect(found(route("GET", "/apis/runs/"))).toEqual(["GET /apis/runs/{run_id}", { run_id: "" }]);
    expect(found(route("GET", "/apis//runs"))).toBe("unknown");
  });

  test("the pattern with more literal segments wins, whatever stands first", () => {
    expect(found(route("GET", "/apis/pipelines/names/versions"))).toEqual([
      "GET /apis/pipelines/names/{name}",
      { name: "versions" },
    ]);
    expect(found(route("GET", "/apis/pipelines/create"))).toEqual([
      "GET /apis/pipelines/{pipeline_id}",
      { pipeline_id: "create" },
    ]);
    expect(found(route("PUT", "/apis/pipelines/upload"))).toEqual(["any /apis/pipelines/upload", {}]);
    expect(found(route("GET", "/apis/pipelines/upload"))).toEqual(["any /apis/pipelines/upload", {}]);
  });

  test("segments are decoded after they are divided, so that a name may have a slash", () => {
    expect(found(route("GET", "/apis/pipelines/names/a%2Fb%20c%3F"))).toEqual([
      "GET /apis/pipelines/names/{name}",
      { name: "a/b c?" },
    ]);
    expect(found(route("GET", "/apis/pipelines/names/%E2%9C%93"))).toEqual([
      "GET /apis/pipelines/names/{name}",
      { name: "✓" },
    ]);
    expect(found(route("GET", "/%61pis/runs"))).toEqual(["GET /apis/runs", {}]);
  });

  test.each(["%", "%2", "%zz", "%ff", "%c3%28", "a%00b"])("%s is no part of a path", (part) => {
    expect(found(route("GET", `/apis/pipelines/names/${part}`))).toBe("malformed");
  });

  test("names do not reach what every object has", () => {
    expect(found(route("GET", "/apis/pipelines/names/__proto__"))).toEqual([
      "GET /apis/pipelines/names/{name}",
      { name: "__proto__" },
    ]);
  });

  test("the verb of a deeper path is read as well", () => {
    expect(found(route("GET", "/apis/runs/r/artifacts/a:read"))).toEqual([
      "GET /apis/runs/{run_id}/artifacts/{artifact_name}:read",
      { run_id: "r", artifact_name: "a" },
    ]);
    expect(found(route("GET", "/apis/runs/r/artifacts/a"))).toBe("unknown");
  });
});
