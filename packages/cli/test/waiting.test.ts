import { describe, expect, test } from "vitest";
import type { Io } from "../src/io.ts";
import { tellUpload, tellWaiting } from "../src/waiting.ts";
import { fakeIo } from "./fake-io.ts";

function told() {
  const said: string[] = [];
  const io: Io = { ...fakeIo({}).io, waitingFor: (what) => said.push(what) };
  return { io, said };
}

const request = {
  operation: "runs.list",
  method: "GET",
  url: "https://a.example/pipeline/apis/v2beta1/runs",
  headers: {},
  attempt: 1,
};

test("a request waits for the connection until the server has answered once, and then for its answer", () => {
  const { io, said } = told();
  const observer = tellWaiting(io);
  observer.onRequest?.(request);
  observer.onRetry?.({ ...request, error: new Error("no"), delayMs: 1 });
  observer.onRequest?.({ ...request, attempt: 2 });
  observer.onResponse?.({ ...request, status: 200, responseHeaders: {}, durationMs: 1 });
  observer.onRequest?.(request);
  expect(said).toEqual([
    "Connecting to https://a.example/pipeline",
    "Trying again at https://a.example/pipeline (attempt 2)",
    "Connecting to https://a.example/pipeline",
    "Waiting for https://a.example/pipeline",
    "Waiting for https://a.example/pipeline",
  ]);
});

describe("an upload", () => {
  test("says how far it is, and that the server has it all", () => {
    const { io, said } = told();
    const progress = tellUpload(io, "/somewhere/demo.yaml");
    progress?.({ sentBytes: 40, totalBytes: 100 });
    progress?.({ sentBytes: 100, totalBytes: 100 });
    progress?.({ sentBytes: 5, totalBytes: undefined });
    expect(said).toEqual([
      "Uploading demo.yaml 40 %",
      "Uploaded demo.yaml, waiting for the server",
      "Uploading demo.yaml",
    ]);
  });

  test("is not watched where nobody is told", () => {
    expect(tellUpload(fakeIo({}).io, "demo.yaml")).toBeUndefined();
  });
});
