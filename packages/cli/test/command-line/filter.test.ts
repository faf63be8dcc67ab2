import { listableRun, parseFilter } from "@kfp-ts/api";
import { expect, test } from "vitest";
import { filterOf } from "../../src/command-line/filter.ts";

const predicates = (...filters: string[]) => JSON.parse(filterOf("runs", filters) ?? "{}").predicates;

test.each([
  ["state=FAILED", { operation: "EQUALS", key: "state", string_value: "FAILED" }],
  ["state!=FAILED", { operation: "NOT_EQUALS", key: "state", string_value: "FAILED" }],
  ["name~nightly", { operation: "IS_SUBSTRING", key: "name", string_value: "nightly" }],
  ["storageState=ARCHIVED", { operation: "EQUALS", key: "storage_state", string_value: "ARCHIVED" }],
  ["name=a=b", { operation: "EQUALS", key: "name", string_value: "a=b" }],
  ["name=", { operation: "EQUALS", key: "name", string_value: "" }],
  ["name = two words", { operation: "EQUALS", key: "name", string_value: "two words" }],
  ["tags.teamName=A", { operation: "EQUALS", key: "tags.teamName", string_value: "A" }],
])("%s is a condition", (filter, predicate) => {
  expect(predicates(filter)).toEqual([predicate]);
});

test("a key that is an instant is compared with instants, and a day is its first instant", () => {
  expect(predicates("created_at>=2026-01-31", "createdAt<2026-02-01T12:00:00+02:00")).toEqual([
    { operation: "GREATER_THAN_EQUALS", key: "created_at", timestamp_value: "2026-01-31T00:00:00.000Z" },
    { operation: "LESS_THAN", key: "created_at", timestamp_value: "2026-02-01T10:00:00.000Z" },
  ]);
  expect(() => filterOf("runs", ["created_at>yesterday"])).toThrow(/created_at is an instant, and "yesterday" is none/);
});

test("the JSON of the API passes through, and several filters have to hold together", () => {
  const json = '{"predicates":[{"operation":1,"key":"name","string_value":"x"}]}';
  expect(predicates(json, "state=FAILED")).toHaveLength(2);
  expect(predicates(json)).toEqual([{ operation: 1, key: "name", string_value: "x" }]);
});

test("what a filter becomes is what the API reads", () => {
  const filter = filterOf("runs", ["state=FAILED", "created_at>=2026-01-31", "name~night"]);
  expect(parseFilter(listableRun, filter).predicates.map(({ operation }) => operation)).toEqual([
    "EQUALS",
    "GREATER_THAN_EQUALS",
    "IS_SUBSTRING",
  ]);
});

test("no filter at all is none", () => {
  expect(filterOf("runs", [])).toBeUndefined();
});

test.each(["state", "=x", "{", '{"predicate": []}', '{"predicates": {}}'])("%s is refused as a filter", (filter) => {
  expect(() => filterOf("runs", [filter])).toThrow(/filter/);
});
