import { expect, it } from "vitest";
import { recurringRunsRunName } from "../../src/recurrence/run-name.ts";

it("names a run by its recurring run, its number, and the hash of both that Go's fnv.New32a makes", () => {
  expect(recurringRunsRunName("nightly", 1)).toBe("nightly-1-4107336764");
});
