import { expect, test } from "vitest";
import { formatExactTime, formatTime } from "../../src/output/time.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const before = (milliseconds: number) => new Date(now - milliseconds);

test.each([
  [0, "just now"],
  [-3000, "just now"],
  [42_000, "42s ago"],
  [5 * 60_000, "5m ago"],
  [3 * 3_600_000, "3h ago"],
  [6 * 86_400_000, "6d ago"],
  [30 * 86_400_000, "2026-10-23"],
  [-3_600_000, "in 1h"],
  [-30 * 86_400_000, "2026-12-22"],
])("an instant %i ms ago is shown as %s", (milliseconds, text) => {
  expect(formatTime(before(milliseconds), now)).toBe(text);
});

test("where one thing is shown, its times are exact", () => {
  expect(formatExactTime(before(120_000), now)).toBe("2026-11-22T11:58:00Z (2m ago)");
  expect(formatExactTime(before(30 * 86_400_000), now)).toBe("2026-10-23T12:00:00Z");
});
