import { describe, expect, it } from "vitest";
import { decodeRequest } from "../../src/codec/decode-request.ts";
import { decodeResponse } from "../../src/codec/decode-response.ts";
import { encodeRequest, encodeResponse } from "../../src/codec/encode.ts";
import { rawJson } from "../../src/codec/raw-json.ts";
import { experiment, experimentPage } from "../../src/messages/experiment.ts";
import { health } from "../../src/messages/health.ts";
import { pipeline } from "../../src/messages/pipeline.ts";
import { recurringRun, recurringRunPage } from "../../src/messages/recurring-run.ts";
import { run } from "../../src/messages/run.ts";

const createdAt = new Date("2026-01-02T03:04:05Z");
const anExperiment = { experimentId: "e", displayName: "a", createdAt, storageState: "AVAILABLE" } as const;

describe("a response", () => {
  it("is written in snake_case, without zero values", () => {
    expect(JSON.parse(encodeResponse(experiment, { ...anExperiment, description: "", namespace: "" }))).toEqual({
      experiment_id: "e",
      display_name: "a",
      created_at: "2026-01-02T03:04:05Z",
      storage_state: "AVAILABLE",
      last_run_created_at: "1970-01-01T00:00:00Z",
    });
  });

  it("with an empty list is an empty object", () => {
    expect(encodeResponse(experimentPage, { experiments: [], totalSize: 0 })).toBe("{}");
  });

  it("writes 64-bit numbers as text and 32-bit ones as numbers", () => {
    const one = {
      recurringRunId: "r",
      displayName: "a",
      maxConcurrency: 2,
      createdAt,
      updatedAt: createdAt,
      experimentId: "e",
    };
    expect(JSON.parse(encodeResponse(recurringRunPage, { recurringRuns: [one], totalSize: 1 }))).toMatchObject({
      recurringRuns: [{ max_concurrency: "2" }],
      total_size: 1,
    });
  });

  it("says false where upstream says it", () => {
    expect(encodeResponse(health, { multiUser: false })).toBe('{"multi_user":false}');
  });

  it("passes stored JSON on without reading it", () => {
    const one = { ...anExperiment, runId: "r", pipelineSpec: rawJson('{"a":1.0}') };
    expect(encodeResponse(run, one)).toContain('"pipeline_spec":{"a":1.0}');
  });
});

describe("a request", () => {
  it("keeps empty values, because clearing is a request too", () => {
    expect(encodeRequest(pipeline, { displayName: "", tags: {} })).toBe('{"display_name":"","tags":{}}');
  });

  it("leaves out what is undefined", () => {
    expect(encodeRequest(experiment, { displayName: "a", description: undefined })).toBe('{"display_name":"a"}');
  });
});

describe("what is read from a response", () => {
  it("has what the message promises, and instants that have not come are absent", () => {
    const read = decodeResponse(experiment, {
      experiment_id: "e",
      created_at: "2026-01-02T03:04:05Z",
      last_run_created_at: "1970-01-01T00:00:00Z",
    });
    expect(read).toEqual({ experimentId: "e", displayName: "", createdAt, storageState: "AVAILABLE" });
    expect(decodeResponse(experimentPage, {})).toEqual({ experiments: [], totalSize: 0 });
  });

  it("is refused where a field holds another kind of value, and the error names the field", () => {
    for (const [field, value] of Object.entries({ display_name: {}, created_at: "yesterday", storage_state: [] })) {
      expect(() => decodeResponse(experiment, { [field]: value })).toThrow(new RegExp(`expected .* in ${field}`));
    }
    expect(() => decodeResponse(experimentPage, { experiments: {} })).toThrow("expected a list in experiments");
    expect(() => decodeResponse(experimentPage, { experiments: [1] })).toThrow("expected an object in experiments");
    expect(() => decodeResponse(experimentPage, { total_size: "many" })).toThrow("expected a number in total_size");
    expect(() => decodeResponse(pipeline, { tags: { a: 1 } })).toThrow("expected a text in tags.a");
  });

  it("ignores what a newer server adds, and passes on names that it does not know", () => {
    expect(decodeResponse(run, { run_id: "r", shiny: 1, state: "HIBERNATING" })).toMatchObject({
      state: "HIBERNATING",
    });
  });
});

describe("round trips", () => {
  it("give back what was sent, for what a client writes and a server reads", () => {
    const sent = {
      displayName: 'quotes " and \\ and \u2028 and ✓',
      pipelineVersionReference: { pipelineId: "p", pipelineVersionId: "v" },
      runtimeConfig: { parameters: { a: [1, null, { b: true }], c: "" }, pipelineRoot: "s3://x" },
      pluginsInput: { x: { y: 1 } },
    };
    expect(decodeRequest(run, JSON.parse(encodeRequest(run, sent)))).toEqual(sent);
  });

  it("give back what was stored, for what a server writes and a client reads", () => {
    const stored = {
      recurringRunId: "r",
      displayName: "a",
      maxConcurrency: 3,
      trigger: { periodicSchedule: { intervalSecond: 60, startTime: createdAt } },
      mode: "ENABLE",
      status: "ENABLED",
      createdAt,
      updatedAt: createdAt,
      noCatchup: true,
      experimentId: "e",
    } as const;
    expect(decodeResponse(recurringRun, JSON.parse(encodeResponse(recurringRun, stored)))).toEqual(stored);
  });
});
