import { expect, test } from "vitest";
import { Pauses } from "../../src/watch/pauses.ts";

test("pauses double up to half a minute, and begin anew after something has worked", () => {
  const pauses = new Pauses(() => 1);
  expect(Array.from({ length: 9 }, () => pauses.next())).toEqual([
    250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
  pauses.reset();
  expect(pauses.next()).toBe(250);
});

test("a pause is shorter by chance, but by no more than half", () => {
  expect(new Pauses(() => 0).next()).toBe(125);
});

test("a pause is never shorter than the server asks for", () => {
  expect(new Pauses(() => 0.5).next(7)).toBe(7_000);
});
