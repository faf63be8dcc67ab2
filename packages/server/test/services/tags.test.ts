import { expect, it } from "vitest";
import { checkTags, parseTags } from "../../src/services/tags.ts";

it("tags may have 63 characters, however many bytes those take", () => {
  expect(() => checkTags({ ["ü".repeat(63)]: "😀".repeat(63) })).not.toThrow();
  expect(() => checkTags({ ["ü".repeat(64)]: "" })).toThrow(/exceeds maximum length of 63 characters/);
  expect(() => checkTags({ k: "😀".repeat(64) })).toThrow(/^tag value ".*" for key "k" exceeds maximum length/);
});

it("a tag may have an empty value, but no empty key and no dot in its key", () => {
  expect(() => checkTags({ a: "" })).not.toThrow();
  expect(() => checkTags({ "": "a" })).toThrow("tag key cannot be empty");
  expect(() => checkTags({ "a.b": "c" })).toThrow("tag key \"a.b\" must not contain '.' character");
});

it("the tags of an upload are a JSON object of texts, in which null is nothing", () => {
  expect(parseTags(undefined)).toEqual({});
  expect(parseTags("")).toEqual({});
  expect(parseTags("null")).toEqual({});
  expect(parseTags('{"a":"b","c":null}')).toEqual({ a: "b", c: "" });
  expect(Object.keys(parseTags('{"__proto__":"x"}'))).toEqual(["__proto__"]);
  for (const text of ["nope", "[]", '"a"', "1", '{"a":1}', '{"a":{}}']) {
    expect(() => parseTags(text), text).toThrow("Failed to parse tags query parameter. Expected JSON object");
  }
});
