import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { repeat } from "../../src/box/repeat.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("the same failure is told once, and again after it has gone well", async () => {
  const outcomes = ["a", "a", "b", "", "b"];
  const told: string[] = [];
  const stop = repeat(
    10,
    async () => {
      const failure = outcomes.shift();
      if (failure) throw new Error(failure);
    },
    ({ message }) => told.push(message),
  );
  await vi.advanceTimersByTimeAsync(60);
  expect(told).toEqual(["a", "b", "b"]);
  stop();
});

test("it is never done twice at once, and not any more once it is ended", async () => {
  let begun = 0;
  let finish: () => void = () => {};
  const stop = repeat(
    10,
    () => {
      begun++;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    },
    () => {},
  );
  await vi.advanceTimersByTimeAsync(100);
  expect(begun).toBe(1);
  finish();
  await vi.advanceTimersByTimeAsync(10);
  expect(begun).toBe(2);
  stop();
  finish();
  await vi.advanceTimersByTimeAsync(100);
  expect(begun).toBe(2);
});
