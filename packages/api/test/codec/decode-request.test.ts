import { describe, expect, it } from "vitest";
import { decodeQuery, decodeRequest } from "../../src/codec/decode-request.ts";
import { experiment } from "../../src/messages/experiment.ts";
import { pipeline } from "../../src/messages/pipeline.ts";
import { recurringRun } from "../../src/messages/recurring-run.ts";
import { run } from "../../src/messages/run.ts";
import { operations } from "../../src/operations/index.ts";

describe("a request body", () => {
  it("is read in snake_case and in camelCase", () => {
    expect(decodeRequest(experiment, { display_name: "a" })).toEqual({ displayName: "a" });
    expect(decodeRequest(experiment, { displayName: "a" })).toEqual({ displayName: "a" });
  });

  it("may not give one field in both spellings", () => {
    expect(() => decodeRequest(experiment, { display_name: "a", displayName: "b" })).toThrow(/given twice/);
  });

  it("with an unknown field is refused, and the answer says what there is", () => {
    expect(() => decodeRequest(experiment, { colour: "red" })).toThrow(
      /Experiment: unknown field "colour"; it has .*display_name/,
    );
  });

  it("treats null as absent, but not inside of parameters", () => {
    expect(decodeRequest(experiment, { description: null })).toEqual({});
    expect(decodeRequest(run, { runtime_config: { parameters: { a: null } } })).toEqual({
      runtimeConfig: { parameters: { a: null } },
    });
  });

  it("takes a 64-bit number as text or as number, and no fraction", () => {
    expect(decodeRequest(recurringRun, { max_concurrency: "2" })).toEqual({ maxConcurrency: 2 });
    expect(decodeRequest(recurringRun, { max_concurrency: 2 })).toEqual({ maxConcurrency: 2 });
    expect(decodeRequest(recurringRun, { max_concurrency: 2.0 })).toEqual({ maxConcurrency: 2 });
    for (const bad of [1.5, "x", "", true, {}, "9007199254740993", 2 ** 53]) {
      expect(() => decodeRequest(recurringRun, { max_concurrency: bad })).toThrow(
        /RecurringRun\.max_concurrency: expected/,
      );
    }
  });

  it("takes a choice by name or by number, and its zero as absent", () => {
    expect(decodeRequest(recurringRun, { mode: "ENABLE" })).toEqual({ mode: "ENABLE" });
    expect(decodeRequest(recurringRun, { mode: 1 })).toEqual({ mode: "ENABLE" });
    expect(decodeRequest(recurringRun, { mode: "MODE_UNSPECIFIED" })).toEqual({});
    expect(() => decodeRequest(recurringRun, { mode: "enable" })).toThrow(/one of MODE_UNSPECIFIED, ENABLE, DISABLE/);
    expect(() => decodeRequest(recurringRun, { mode: 7 })).toThrow(/got 7/);
  });

  it("takes instants in RFC 3339 and nothing else", () => {
    const read = (start_time: unknown) => decodeRequest(recurringRun, { trigger: { cron_schedule: { start_time } } });
    expect(read("2026-01-02T03:04:05+01:00")).toEqual({
      trigger: { cronSchedule: { startTime: new Date("2026-01-02T02:04:05Z") } },
    });
    for (const bad of [
      "2026-02-30T00:00:00Z",
      "2026-01-02",
      "yesterday",
      0,
      "2026-13-01T00:00:00Z",
      "2026-01-01T00:00:00",
    ]) {
      expect(() => read(bad)).toThrow(/RecurringRun\.trigger\.cron_schedule\.start_time: expected an instant/);
    }
  });

  it("with two sources names both", () => {
    expect(() => decodeRequest(run, { pipeline_spec: {}, pipeline_version_reference: {} })).toThrow(
      /pipeline_spec and pipeline_version_reference exclude each other/,
    );
  });

  it("keeps free-form parts as they are", () => {
    const parameters = { snake_case: 1, camelCase: [1, { a: null }], __proto__: null, ünï: "✓", big: 1e300 };
    expect(decodeRequest(run, { runtimeConfig: { parameters } })).toEqual({ runtimeConfig: { parameters } });
  });

  it("cannot set a prototype", () => {
    const body = JSON.parse('{"tags":{"__proto__":"x"}}') as unknown;
    const { tags } = decodeRequest(pipeline, body);
    expect(Object.keys(tags ?? {})).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("with texts that no database keeps is refused", () => {
    expect(() => decodeRequest(experiment, { display_name: "a\0b" })).toThrow(/NUL/);
    expect(() => decodeRequest(experiment, { display_name: "\ud800" })).toThrow(/surrogate/);
    expect(() => decodeRequest(run, { runtime_config: { parameters: { a: ["\udc00"] } } })).toThrow(/surrogate/);
  });

  it("with a number that would become null when it is stored is refused", () => {
    const parameters = JSON.parse('{"a":[1e400]}') as unknown;
    expect(() => decodeRequest(run, { runtime_config: { parameters } })).toThrow(
      /parameters\.a: the number is too large/,
    );
  });

  it("nested without end is refused, not a crash", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`) as unknown;
    expect(() => decodeRequest(run, { pipeline_spec: deep })).toThrow(/deeper than 512/);
  });

  it("that is no object is refused", () => {
    for (const bad of [null, 1, "x", [], true]) {
      expect(() => decodeRequest(experiment, bad)).toThrow(/Experiment: expected an object/);
    }
  });
});

describe("a query", () => {
  const read = (query: string) => decodeQuery(operations.runs.list.query, new URLSearchParams(query));

  it("is read in both spellings, and unknown parameters have no effect", () => {
    expect(read("page_size=3&sortBy=name&colour=red")).toEqual({ pageSize: 3, sortBy: "name" });
  });

  it("may give a parameter once", () => {
    expect(() => read("page_size=3&pageSize=4")).toThrow(/page_size is given 2 times/);
  });

  it("refuses a number that is none, and names it", () => {
    expect(() => read("page_size=two")).toThrow(
      /query parameter page_size: expected a whole number of 32 bits, got "two"/,
    );
  });

  it("reads flags and choices", () => {
    expect(decodeQuery(operations.pipelines.delete.query, new URLSearchParams("cascade=true"))).toEqual({
      cascade: true,
    });
    expect(() => decodeQuery(operations.pipelines.delete.query, new URLSearchParams("cascade=yes"))).toThrow(
      /true or false/,
    );
    const { query } = operations.recurringRuns.delete;
    expect(decodeQuery(query, new URLSearchParams("propagation_policy=2"))).toEqual({
      propagationPolicy: "BACKGROUND",
    });
    expect(() => decodeQuery(query, new URLSearchParams("propagation_policy=NOPE"))).toThrow(/ORPHAN/);
  });
});
