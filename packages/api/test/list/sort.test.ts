import { describe, expect, it } from "vitest";
import { listableExperiment, listableRecurringRun } from "../../src/list/listable.ts";
import { pageSizeOf } from "../../src/list/page-size.ts";
import { parseSort } from "../../src/list/sort.ts";

describe("sort_by", () => {
  it("is by time of creation, oldest first, where nothing is said", () => {
    for (const nothing of [undefined, "", "  "]) {
      expect(parseSort(listableExperiment, nothing)).toMatchObject({ key: "created_at", descending: false });
    }
  });

  it("takes a key and a direction, in any case and with any spaces", () => {
    expect(parseSort(listableExperiment, "NAME")).toMatchObject({ key: "name", descending: false });
    expect(parseSort(listableExperiment, " created_at   DESC ")).toMatchObject({ key: "created_at", descending: true });
    expect(parseSort(listableExperiment, "id asc")).toMatchObject({ descending: false });
  });

  it("refuses what it does not know, in upstream's words", () => {
    expect(() => parseSort(listableRecurringRun, "state")).toThrow(
      'Invalid sorting field: "state" on listable type Job',
    );
    expect(() => parseSort(listableExperiment, "name sideways")).toThrow(
      'Received invalid sort by format "name sideways"',
    );
    expect(() => parseSort(listableExperiment, "toString")).toThrow('Invalid sorting field: "tostring"');
    expect(() => parseSort(listableExperiment, "constructor")).toThrow("Invalid sorting field");
  });
});

describe("a page size", () => {
  it("is 20 where nothing is said, and 200 at the most", () => {
    expect([undefined, 0, 1, 200, 201, 1e9].map(pageSizeOf)).toEqual([20, 20, 1, 200, 200, 200]);
  });

  it("below zero is refused", () => {
    expect(() => pageSizeOf(-1)).toThrow("The page size should be greater than 0. Got -1");
  });
});
