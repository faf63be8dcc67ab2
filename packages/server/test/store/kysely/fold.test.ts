import { expect, test } from "vitest";
import { fold } from "../../../src/store/kysely/fold.ts";

test.each([
  ["Hello", "hELLO"],
  ["straße", "STRASSE"],
  ["STRAẞE", "strasse"],
  ["ΟΔΟΣ", "οδος"],
  ["οδοσ", "οδος"],
  ["é", "E\u0301"],
  ["\u212a", "k"],
])("%s and %s are the same name", (one, other) => {
  expect(fold(one)).toBe(fold(other));
});

test.each([
  ["résumé", "resume"],
  ["a", "a "],
  ["a_b", "a-b"],
])("%s and %s are different names", (one, other) => {
  expect(fold(one)).not.toBe(fold(other));
});

test("folding a folded text changes nothing", () => {
  for (const text of ["Hello", "straße", "ǅ", "İ", "ŉ", "ΐ", "\u1e9e", "\u{10428}"])
    expect(fold(fold(text))).toBe(fold(text));
});
