import { describe, expect, it } from "vitest";
import { wholeNumberOf } from "../../src/codec/whole-number.ts";

describe("a whole number of proto3 JSON", () => {
  it.each([
    [7, 7],
    ["7", 7],
    ["-7", -7],
    ["7.0", 7],
    ["1e3", 1000],
    ["-0", 0],
  ])("is read from %j", (given, number) => {
    expect(wholeNumberOf(given, 2 ** 31)).toBe(number);
  });

  it.each([1.5, "1.5", "", " 1", "0x1", "1_0", "seven", true, null, [1], 2 ** 31, "2147483648", "1e999", Number.NaN])(
    "is not %j",
    (given) => {
      expect(wholeNumberOf(given, 2 ** 31)).toBeUndefined();
    },
  );
});
