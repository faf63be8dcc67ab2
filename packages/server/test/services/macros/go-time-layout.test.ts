import { expect, it } from "vitest";
import { formatGoTime } from "../../../src/services/macros/go-time-layout.ts";

const at = new Date("2026-03-05T17:08:09Z");

it.each([
  ["20060102150405", "20260305170809"],
  ["2006-01-02T15:04:05Z07:00", "2026-03-05T17:08:09Z"],
  ["Mon Jan _2 15:04:05 2006", "Thu Mar  5 17:08:09 2026"],
  ["Monday, 02-Jan-06 15:04:05 MST", "Thursday, 05-Mar-26 17:08:09 UTC"],
  ["3:04PM 1/2/06", "5:08PM 3/5/26"],
  ["03pm 002 -0700 -07:00", "05pm 064 +0000 +00:00"],
  ["January 2nd", "March 5nd"],
  ["Janet, Months", "Janet, Months"],
  ["run-x", "run-x"],
  ["", ""],
])("the layout %j of Go gives %j", (layout, text) => {
  expect(formatGoTime(at, layout)).toBe(text);
});
