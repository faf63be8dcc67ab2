import { describe, expect, test } from "vitest";
import { filter } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";

const parse = (built: unknown) => JSON.parse(String(built));

describe("the filter builder", () => {
  test("writes what the API reads, with names of the wire", () => {
    const built = filter("runs").where("displayName").isSubstring("night").and("state").in(["FAILED", "CANCELED"]);
    expect(parse(built)).toEqual({
      predicates: [
        { operation: "IS_SUBSTRING", key: "display_name", string_value: "night" },
        { operation: "IN", key: "state", string_values: { values: ["FAILED", "CANCELED"] } },
      ],
    });
    expect(JSON.stringify({ built })).toBe(`{"built":${String(built)}}`);
  });

  test("compares instants as instants, in IN as whole seconds", () => {
    const day = new Date("2026-01-31T12:00:00.500Z");
    const built = filter("experiments").where("createdAt").greaterThanEquals(day).and("lastRunCreatedAt").in([day]);
    expect(parse(built).predicates).toEqual([
      { operation: "GREATER_THAN_EQUALS", key: "created_at", timestamp_value: "2026-01-31T12:00:00.500Z" },
      { operation: "IN", key: "last_run_created_at", long_values: { values: ["1769860800"] } },
    ]);
  });

  test("knows every operation", () => {
    const condition = () => filter("pipelines").where("name");
    const built = [
      condition().equals("a"),
      condition().notEquals("a"),
      condition().greaterThan("a"),
      condition().greaterThanEquals("a"),
      condition().lessThan("a"),
      condition().lessThanEquals("a"),
      condition().in(["a"]),
      condition().isSubstring("a"),
    ];
    expect(built.map((one) => parse(one).predicates[0].operation)).toEqual([
      "EQUALS",
      "NOT_EQUALS",
      "GREATER_THAN",
      "GREATER_THAN_EQUALS",
      "LESS_THAN",
      "LESS_THAN_EQUALS",
      "IN",
      "IS_SUBSTRING",
    ]);
  });

  test("filters by labels where there are some", () => {
    expect(parse(filter("pipelineVersions").where("tags.team").equals("vision")).predicates).toEqual([
      { operation: "EQUALS", key: "tags.team", string_value: "vision" },
    ]);
  });

  test("a filter never changes: what is built on it is another one", () => {
    const base = filter("runs").where("state").equals("FAILED");
    base.and("displayName").equals("x");
    expect(parse(base).predicates).toHaveLength(1);
  });

  test("fields, values and lists that are none are refused by the compiler, and when it runs", async () => {
    // @ts-expect-error runs have no such field
    const field = await failureOf(() => filter("runs").where("colour"));
    expect(field.code).toBe("BAD_ARGUMENT");
    expect(field.message).toContain("experiment_id");
    // @ts-expect-error experiments have no labels
    expect((await failureOf(() => filter("experiments").where("tags.team"))).code).toBe("BAD_ARGUMENT");
    // @ts-expect-error there is no such list
    expect((await failureOf(() => filter("artifacts"))).code).toBe("BAD_ARGUMENT");
    // @ts-expect-error an instant is no text
    filter("runs").where("createdAt").equals("yesterday");
    // @ts-expect-error an instant contains nothing
    expect(filter("runs").where("createdAt").isSubstring).toBeDefined();
    expect((await failureOf(() => filter("runs").where("createdAt").equals(new Date("never")))).code).toBe(
      "BAD_ARGUMENT",
    );
  });
});
