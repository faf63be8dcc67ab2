import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readEvents } from "../../src/events/read-events.ts";
import type { RunEvent } from "../../src/events/run-event.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kfp-ts-events-"));
  file = join(folder, "events.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function all(from = 0): Promise<{ events: RunEvent[]; length: number; readings: number }> {
  const events: RunEvent[] = [];
  let length = from;
  let readings = 0;
  for await (const read of readEvents(file, from)) {
    events.push(...read.events);
    length = read.length;
    readings++;
  }
  return { events, length, readings };
}

const ended = (task: string, value: string): RunEvent => ({
  type: "task ended",
  at: 1,
  task,
  state: "SUCCEEDED",
  outputs: { parameters: { Output: value }, artifacts: {} },
});
const line = (event: RunEvent) => `${JSON.stringify(event)}\n`;

test("a long log is read some at a time, and its lines are whole wherever they are cut", async () => {
  // Three bytes a character, so that readings end within one, and lines that are longer than what is read at once.
  const events = Array.from({ length: 400 }, (_, n) => ended(`t-${n}`, "€".repeat(n % 100 === 50 ? 900_000 : n * 7)));
  writeFileSync(file, events.map(line).join(""));
  const read = await all();
  expect(read.events).toEqual(events);
  expect(read.readings).toBeGreaterThan(3);
});

test("a log is read on from where it was read before, and a line that has no end yet is read once it has", async () => {
  const [a, b] = [ended("a", "1"), ended("b", "2")];
  writeFileSync(file, `${line(a)}${line(b).slice(0, 20)}`);
  const before = await all();
  expect(before).toMatchObject({ events: [a], length: line(a).length });
  appendFileSync(file, line(b).slice(20));
  expect((await all(before.length)).events).toEqual([b]);
});

test("a log that is not there has no events", async () => {
  expect(await all()).toEqual({ events: [], length: 0, readings: 0 });
});

test.each(["nonsense", "[]", '{"type":"task ended"}'])(
  "a line that is no event is told by its place: %s",
  async (text) => {
    writeFileSync(file, `${line(ended("a", "1"))}${text}\n`);
    const place = line(ended("a", "1")).length;
    await expect(all()).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringContaining(`byte ${place}:`),
    });
  },
);
