import { expect, it } from "vitest";
import { formatStrftime, isStrftimeFormat } from "../../../src/services/macros/strftime.ts";

const at = new Date("2026-03-05T07:08:09Z");

it.each([
  ["%Y-%m-%d %H:%M:%S", "2026-03-05 07:08:09"],
  ["%A %a %B %b %h", "Thursday Thu March Mar Mar"],
  ["%C %y %j %e|%k|%l|%I %p", "20 26 064  5| 7| 7|07 AM"],
  ["%F %T %D %R %r", "2026-03-05 07:08:09 03/05/26 07:08 07:08:09 AM"],
  ["%U %W %V %u %w", "09 09 10 4 4"],
  ["%s %Z %z %%", "1772694489 UTC +0000 %"],
])("the format %j gives %j", (format, text) => {
  expect(formatStrftime(at, format)).toBe(text);
});

it("the weeks at the turn of a year are counted as POSIX and ISO 8601 do", () => {
  expect(formatStrftime(new Date("2027-01-01T00:00:00Z"), "%U %W %V")).toBe("00 00 53");
  expect(formatStrftime(new Date("2026-12-31T00:00:00Z"), "%U %W %V")).toBe("52 52 53");
  expect(formatStrftime(new Date("2024-01-01T00:00:00Z"), "%U %W %V")).toBe("00 01 01");
});

it("a verb that is not known makes no format", () => {
  expect(isStrftimeFormat("%Y%m")).toBe(true);
  expect(isStrftimeFormat("%Q")).toBe(false);
  expect(isStrftimeFormat("100%")).toBe(false);
});
