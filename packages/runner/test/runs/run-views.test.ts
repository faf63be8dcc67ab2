import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunEvent } from "../../src/events/run-event.ts";
import { RunStore } from "../../src/runs/run-store.ts";
import { RunViews } from "../../src/runs/run-views.ts";
import { record } from "../tasks/attempt.ts";
import { shellPipeline } from "./pipelines.ts";

let folder: string;
let store: RunStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "kfp-ts-views-"));
  store = await RunStore.open(folder);
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const pipeline = shellPipeline([{ name: "one", script: "", more: { taskInfo: { name: "The first" } } }]);
const began: readonly RunEvent[] = [
  { type: "run started", at: 1 },
  {
    type: "task started",
    at: 2,
    task: "one",
    kind: "container",
    attempt: 1,
    inputs: { parameters: {}, artifacts: {} },
  },
];
const taskEnded: RunEvent = { type: "task ended", at: 3, task: "one", state: "SUCCEEDED" };

async function stored(runId: string, events = began): Promise<string> {
  const { events: file } = await store.create({ ...record, runId }, pipeline);
  appendFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  return file;
}
const append = (file: string, event: RunEvent) => appendFileSync(file, `${JSON.stringify(event)}\n`);

/** Makes what is in a file unreadable, so that whoever reads it again fails. */
function spoil(file: string): void {
  const handle = openSync(file, "r+");
  writeSync(handle, "?".repeat(readFileSync(file).length - 1), 0);
  closeSync(handle);
}

test("asking again for a run reads only what has happened since", async () => {
  const views = new RunViews({ store });
  const file = await stored("a");
  const before = await views.get("a");
  expect(before).toMatchObject({
    state: "RUNNING",
    tasks: [{ path: "one", name: "one", displayName: "The first", state: "RUNNING" }],
  });
  spoil(file);
  expect(await views.get("a")).toBe(before);
  append(file, taskEnded);
  expect(await views.get("a")).toMatchObject({ tasks: [{ state: "SUCCEEDED", startedAt: 2, endedAt: 3 }] });
  expect(await views.task("a", "one")).toMatchObject({ task: { state: "SUCCEEDED" }, underWay: false });
});

test("a view that was given does not change when more happens", async () => {
  const views = new RunViews({ store });
  const file = await stored("a");
  const before = await views.get("a");
  const copy = structuredClone(before);
  append(file, taskEnded);
  append(file, { type: "run ended", at: 4, state: "SUCCEEDED", outputs: { parameters: {}, artifacts: {} } });
  expect(await views.get("a")).toMatchObject({ state: "SUCCEEDED" });
  expect(before).toEqual(copy);
});

test("many who ask at once are told the same", async () => {
  const views = new RunViews({ store });
  const file = await stored("a");
  const all = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      if (n === 10) append(file, taskEnded);
      return await views.get("a");
    }),
  );
  for (const view of all) expect(view?.tasks[0]?.history.length).toBeLessThanOrEqual(2);
  expect((await views.get("a"))?.tasks).toMatchObject([{ history: [{ state: "RUNNING" }, { state: "SUCCEEDED" }] }]);
});

test.each([{ keptBytes: 0 }, { keptRuns: 1 }])(
  "of runs that were asked for before only so much is kept: %j",
  async (kept) => {
    const views = new RunViews({ store, ...kept });
    const [a, b] = [await stored("a"), await stored("b")];
    await views.get("a");
    await views.get("b");
    spoil(a);
    spoil(b);
    expect(await views.get("b")).toMatchObject({ state: "RUNNING" });
    await expect(views.get("a")).rejects.toMatchObject({ code: "STORE_FAILED" });
  },
);

test("a run that nobody asks for is not kept", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const views = new RunViews({ store, keptMs: 1000 });
  const b = await stored("b");
  await views.get("b");
  spoil(b);
  await vi.advanceTimersByTimeAsync(900);
  await views.get("b");
  await vi.advanceTimersByTimeAsync(900);
  await views.get("b");
  await vi.advanceTimersByTimeAsync(1100);
  await expect(views.get("b")).rejects.toMatchObject({ code: "STORE_FAILED" });
});

test("a run that was deleted is gone, and another one of its name is another one", async () => {
  const views = new RunViews({ store });
  await stored("a");
  await views.get("a");
  await store.delete("a");
  expect(await views.get("a")).toBeUndefined();
  expect(await views.task("a", "one")).toBeUndefined();
  await stored("a", began.slice(0, 1));
  expect(await views.get("a")).toMatchObject({ state: "RUNNING", tasks: [] });
});

test("a log that does not go on from what was read is read as a whole", async () => {
  const views = new RunViews({ store });
  const file = await stored("a");
  await views.get("a");
  const text = readFileSync(file, "utf8");
  const handle = openSync(file, "w");
  writeSync(handle, `${JSON.stringify({ type: "run started", at: 0.5 })}\n${text}`);
  closeSync(handle);
  expect(await views.get("a")).toMatchObject({ startedAt: 1, tasks: [{ state: "RUNNING" }] });
});
