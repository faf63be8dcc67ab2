import type { JsonObject } from "@kfp-ts/api";
import { expect, it } from "vitest";
import { pluginsInputText } from "../../src/services/plugins-input.ts";

const nested = (depth: number): JsonObject => (depth <= 1 ? {} : { a: nested(depth - 1) });
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, {}]));

it("input for plugins that is absent or empty is stored as nothing", () => {
  expect(pluginsInputText(undefined)).toBe("");
  expect(pluginsInputText({})).toBe("");
  expect(pluginsInputText({ mlflow: { a: 1 } })).toBe('{"mlflow":{"a":1}}');
});

it("input goes to at most 16 plugins", () => {
  expect(() => pluginsInputText(many(16))).not.toThrow();
  expect(() => pluginsInputText(many(17))).toThrow(
    "Invalid plugins_input: number of plugins_input entries (17) exceeds maximum 16",
  );
});

it("input nests at most 10 levels", () => {
  expect(() => pluginsInputText({ p: nested(10) })).not.toThrow();
  expect(() => pluginsInputText({ p: nested(11) })).toThrow(
    'Invalid plugins_input: plugins_input["p"] nesting depth exceeds maximum 10',
  );
  expect(() => pluginsInputText({ p: { a: [[[[[[[[[[]]]]]]]]]] } })).toThrow(/nesting depth/);
});

it("input has at most 64 KiB for one plugin and 256 KiB for all", () => {
  expect(() => pluginsInputText({ p: { a: "x".repeat(65_536) } })).toThrow(
    'Invalid plugins_input: plugins_input["p"] size (65544 bytes) exceeds maximum 65536 bytes',
  );
  const five = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [name, { a: "x".repeat(60_000) }]));
  expect(() => pluginsInputText(five)).toThrow(
    /^Invalid plugins_input: plugins_input total size \(\d+ bytes\) exceeds/,
  );
});
