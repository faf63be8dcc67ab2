import { describe, expect, it } from "vitest";
import { multiUserNamespaces, singleUserNamespaces } from "../../src/services/namespaces.ts";

describe("the namespaces of one user", () => {
  const namespaces = singleUserNamespaces();

  it("have no effect", () => {
    expect(namespaces.of("experiment", "team-a")).toBe("");
    expect(namespaces.scopeOf("run", "team-a")).toBeUndefined();
  });

  it("are those of the system where runs are executed", () => {
    expect(namespaces.executionOf("")).toBe("kubeflow");
  });
});

describe("the namespaces of many users", () => {
  const namespaces = multiUserNamespaces();

  it.each([
    ["experiment", "An experiment cannot have an empty namespace in multi-user mode"],
    ["run", "A run cannot have an empty namespace in multi-user mode"],
    ["recurring run", "a recurring run cannot have an empty namespace in multi-user mode"],
  ] as const)("are needed for every %s, and - is none", (kind, text) => {
    for (const nothing of [undefined, "", "-"]) {
      expect(() => namespaces.of(kind, nothing)).toThrow(text);
      expect(() => namespaces.scopeOf(kind, nothing)).toThrow(text);
    }
    expect(namespaces.of(kind, "team-a")).toBe("team-a");
    expect(namespaces.scopeOf(kind, "team-a")).toBe("team-a");
  });

  it("may be left out for pipelines, which are then shared", () => {
    for (const nothing of [undefined, "", "-"]) expect(namespaces.of("pipeline", nothing)).toBe("");
    expect(namespaces.of("pipeline", "team-a")).toBe("team-a");
  });

  it("restrict lists of pipelines to the shared ones or to those of one, and to nothing with -", () => {
    expect(namespaces.scopeOf("pipeline", undefined)).toBe("");
    expect(namespaces.scopeOf("pipeline", "team-a")).toBe("team-a");
    expect(namespaces.scopeOf("pipeline", "-")).toBe("-");
  });

  it("are needed for pipelines as well where that is asked for", () => {
    const strict = multiUserNamespaces({ requireForPipelines: true });
    for (const nothing of [undefined, "", "-"]) {
      expect(() => strict.of("pipeline", nothing)).toThrow("Namespace is required for pipeline operations");
      expect(() => strict.scopeOf("pipeline", nothing)).toThrow("Namespace is required for pipeline operations");
    }
    expect(strict.of("pipeline", "team-a")).toBe("team-a");
  });
});
