import { describe, expect, it } from "vitest";
import { newIds, recurringRunsRunId } from "../../src/services/ids.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("an id", () => {
  it("is a UUID of version 7 that begins with the time", () => {
    const id = newIds({ now: () => 0x0123456789ab })();
    expect(id).toMatch(UUID_V7);
    expect(id).toMatch(/^01234567-89ab-/);
  });

  it("is greater than every one before, within a millisecond and when the clock goes back", () => {
    let now = 1_000_000;
    const newId = newIds({ now: () => now });
    const ids = [];
    for (let index = 0; index < 20_000; index++) {
      if (index === 10_000) now -= 500;
      ids.push(newId());
    }
    expect(ids.every((id) => UUID_V7.test(id))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("the run of a recurring run", () => {
  it("has the id that the real server gives it", () => {
    expect(recurringRunsRunId("job-1", "my run")).toBe("c889255d-f5a2-555b-85e8-8935c0c6368b");
  });
});
