import { expect, test } from "vitest";
import { nameWithTime } from "../../src/resources/default-name.ts";

const date = new Date(2026, 0, 31, 23, 59, 58);

test("a name is told apart by the time of this machine", () => {
  expect(nameWithTime("nightly", date)).toBe("nightly 2026-01-31 23-59-58");
});

test("a long name loses its end and not the time, and no character is cut in two", () => {
  const name = nameWithTime(`a${"😀".repeat(200)}`, date);
  expect([...name].length).toBeLessThanOrEqual(128);
  expect(name.endsWith(" 2026-01-31 23-59-58")).toBe(true);
  expect(() => encodeURIComponent(name)).not.toThrow();
});
