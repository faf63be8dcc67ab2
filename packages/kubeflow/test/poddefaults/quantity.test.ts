import { expect, test } from "vitest";
import { billionthsOf } from "../../src/poddefaults/schema/quantity.ts";

test.each([
  ["0.5", "500m"],
  [1, "1"],
  [0.5, "500m"],
  ["1Gi", "1024Mi"],
  ["1e3", "1k"],
  ["1E3", "1000"],
  ["+1", "1"],
  [".5", "500m"],
  ["1.", "1"],
  ["1G", "1000000000"],
  ["1u", "1000n"],
  ["0.0000000001", "1n"],
  ["1.5Gi", "1536Mi"],
  ["-1500m", "-1.5"],
])("%s is as much as %s", (one, other) => {
  expect(billionthsOf(one)).toBe(billionthsOf(other));
  expect(billionthsOf(one)).toBeDefined();
});

test.each(["", ".", "1 Gi", "1gi", "Gi", "--1", "1e", "0x10", true, null, ["1"], `${"1".repeat(101)}`])(
  "%j is no quantity",
  (value) => {
    expect(billionthsOf(value)).toBeUndefined();
  },
);

test("a large number and its neighbour are told apart", () => {
  expect(billionthsOf("9007199254740993")).not.toBe(billionthsOf("9007199254740992"));
});
