import { describe, expect, it } from "vitest";
import { GoDurationError, parseGoDuration } from "../../src/schedule/index.ts";

// Values and texts are the answers of Go's time.ParseDuration.
describe("a duration of Go", () => {
  it.each<[string, bigint]>([
    ["0", 0n],
    ["1h30m", 5_400_000_000_000n],
    ["1.5h", 5_400_000_000_000n],
    ["-2s", -2_000_000_000n],
    ["+3m", 180_000_000_000n],
    ["100ms", 100_000_000n],
    ["1us", 1000n],
    ["1\u00b5s", 1000n],
    ["1\u03bcs", 1000n],
    ["7ns", 7n],
    [".5s", 500_000_000n],
    ["1.s", 1_000_000_000n],
    ["1h1h", 7_200_000_000_000n],
    ["0.3333333333333333333h", 1_200_000_000_000n],
    ["9223372036854775807ns", 9_223_372_036_854_775_807n],
    ["-9223372036854775808ns", -9_223_372_036_854_775_808n],
  ])("%s", (text, nanoseconds) => expect(parseGoDuration(text)).toBe(nanoseconds));

  it.each([
    ["nope", 'time: invalid duration "nope"'],
    ["", 'time: invalid duration ""'],
    ["-", 'time: invalid duration "-"'],
    [".", 'time: invalid duration "."'],
    ["9223372036854775808ns", 'time: invalid duration "9223372036854775808ns"'],
    [`${"9".repeat(100_000)}h`, "time: invalid duration"],
    ["1", 'time: missing unit in duration "1"'],
    ["1..5s", 'time: missing unit in duration "1..5s"'],
    ["1x", 'time: unknown unit "x" in duration "1x"'],
    ["1toString", 'time: unknown unit "toString" in duration "1toString"'],
    ["1\u00b5\u00e9", 'time: unknown unit "\\xc2\\xb5\\xc3\\xa9" in duration "1\\xc2\\xb5\\xc3\\xa9"'],
    ["1\u{1f600}", 'time: unknown unit "\\xf0\\x9f\\x98\\x80" in duration "1\\xf0\\x9f\\x98\\x80"'],
  ])("is not %j", (text, message) => {
    expect(() => parseGoDuration(text)).toThrow(GoDurationError);
    expect(() => parseGoDuration(text)).toThrow(message);
  });
});
