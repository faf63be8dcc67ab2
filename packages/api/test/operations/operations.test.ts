import { describe, expect, it } from "vitest";
import { statusCodeOfNumber, statusCodes } from "../../src/errors/status-codes.ts";
import { allOperations, operations } from "../../src/operations/index.ts";

describe("the table of operations", () => {
  it("says every id once, as the path to it in the table", () => {
    const ids = Object.entries(operations).flatMap(([resource, verbs]) =>
      Object.keys(verbs).map((verb) => (resource === "v1" ? `v1.${verb}` : `${resource}.${verb}`)),
    );
    expect(allOperations.map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("never says one method and path twice", () => {
    const routes = allOperations.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(routes).size).toBe(routes.length);
  });

  it("sends a body only with methods that have one", () => {
    for (const { id, method, body, upload } of allOperations) {
      if (method === "GET" || method === "DELETE") expect([id, body, upload]).toEqual([id, undefined, false]);
    }
  });

  it("asks for access everywhere but at health", () => {
    expect(allOperations.filter(({ access }) => access === "anyone").map(({ id }) => id)).toEqual([
      "healthz.get",
      "v1.healthz",
    ]);
  });
});

describe("status codes", () => {
  it("are those of gRPC, each with one number", () => {
    for (const [name, { grpc }] of Object.entries(statusCodes)) expect(statusCodeOfNumber(grpc)).toBe(name);
    expect(statusCodeOfNumber(99)).toBeUndefined();
  });
});
