import { expect, test } from "vitest";
import { UsageError } from "../../src/command-error.ts";
import { formatDuration, parseDuration } from "../../src/command-line/duration.ts";

test.each([
  ["30s", 30_000],
  ["250ms", 250],
  ["5m", 300_000],
  ["1h30m", 5_400_000],
  ["1.5h", 5_400_000],
  ["2d", 172_800_000],
  ["45", 45_000],
  ["0.5", 500],
])("the duration %s is %i milliseconds", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(["", "s", "-5s", "5 s", "1h 30m", "5x", "30sec", "1e3", "NaN", "s30"])(
  "%j is no duration, and the error shows how one is written",
  (text) => {
    expect(() => parseDuration(text)).toThrow(UsageError);
    expect(() => parseDuration(text)).toThrow(/write it like 30s/);
  },
);

test("a duration of no time, or longer than a timer can wait, is refused", () => {
  expect(() => parseDuration("0")).toThrow(/no time at all/);
  expect(() => parseDuration("0.1ms")).toThrow(/no time at all/);
  expect(() => parseDuration("30d")).toThrow(/too long/);
});

test.each([
  [0, "0s"],
  [250, "250ms"],
  [42_000, "42s"],
  [60_000, "1m"],
  [61_000, "1m 1s"],
  [3_600_000, "1h"],
  [5_400_000, "1h 30m"],
  [90_000_000, "1d 1h"],
])("%i milliseconds are shown in their two largest units: %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
