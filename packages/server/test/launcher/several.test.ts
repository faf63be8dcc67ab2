import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLauncher } from "../../src/launcher/create-launcher.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { silentLog } from "../../src/ports/log.ts";
import type { RunLauncher } from "../../src/ports/run-launcher.ts";
import type { Store } from "../../src/ports/store.ts";
import { openStore } from "../../src/store/open.ts";
import { echo } from "../services/harness.ts";
import { adapters, type Place } from "../store/adapters.ts";
import { run } from "../store/records.ts";
import { Disk } from "./scripted-runner.ts";

/** Ten seconds in half a second: after another server was found to have a run it is left alone for so long. */
const began = Date.now();
const fast: Clock = { now: () => began + 20 * (Date.now() - began) };
const launchers: RunLauncher[] = [];
const stores: Store[] = [];
let place: Place;

/** What a server has the database by: a connection of its own, but to SQLite, which one process has open at a time. */
async function database(): Promise<Store> {
  const [first] = stores;
  if (first !== undefined && place.database.kind !== "postgres") return first;
  const store = await openStore({ database: place.database });
  stores.push(store);
  return store;
}

/** What a server has that executes runs, on a database that it may share. */
function launcherOn(store: Store, disk: Disk, folder: string, maxRuns?: number): RunLauncher {
  const launcher = createLauncher({
    store,
    place: { id: folder, folder: `/nowhere/${folder}`, close: async () => {} },
    runner: { isolation: "none", env: {} },
    createRunner: async (options) => disk.runner(options),
    clock: fast,
    log: silentLog,
    lookEveryMs: 10,
    maxRuns,
  });
  launcher.begin();
  launchers.push(launcher);
  return launcher;
}

async function insert(store: Store, place: string): Promise<string> {
  const record = run({ place, pipelineSpec: JSON.stringify(echo) });
  await store.runs.insert(record, record.pipelineSpec);
  return record.runId;
}

async function reaches(store: Store, runId: string, state: string): Promise<void> {
  await expect.poll(async () => (await store.runs.get(runId))?.state, { timeout: 5000 }).toBe(state);
}

describe.each(adapters)("runs in $name", (adapter) => {
  beforeEach(async () => {
    place = await adapter.make();
  });
  afterEach(async () => {
    for (const launcher of launchers.splice(0)) await launcher.close();
    for (const store of stores.splice(0)) await store.close();
    await place.remove();
  });

  it("of several servers on one database that one executes a run which has taken it", async () => {
    const store = await database();
    const [disk, other] = [new Disk(), new Disk()];
    const a = launcherOn(store, disk, "a");
    launcherOn(await database(), other, "b");
    const ids = await Promise.all(Array.from({ length: 5 }, () => insert(store, "a")));
    for (const runId of ids) await reaches(store, runId, "RUNNING");
    expect(disk.asked.sort()).toEqual(ids.map((runId) => `start ${runId}`).sort());
    expect(other.made).toEqual([]);
    const [first = ""] = ids;
    const record = await store.runs.get(first);
    expect(record && (await a.tasks(record))).toEqual([]);
    expect(record && (await launchers[1]?.tasks(record))).toBeUndefined();
  });

  it("what another server on the database is asked of a run reaches the one that executes it", async () => {
    const store = await database();
    const disk = new Disk();
    launcherOn(store, disk, "a");
    const runId = await insert(store, "a");
    await reaches(store, runId, "RUNNING");
    await store.runs.setState(runId, ["RUNNING"], "CANCELING");
    await reaches(store, runId, "CANCELED");
    await store.runs.setState(runId, ["CANCELED"], "PENDING");
    await reaches(store, runId, "RUNNING");
    await store.runs.delete(runId);
    await expect.poll(() => disk.asked.at(-1)).toBe(`delete ${runId}`);
    await expect.poll(() => store.runs.workOf("a")).toEqual({ unfinished: [], deleted: [] });
    expect(disk.asked).toEqual([
      `start ${runId}`,
      `cancel ${runId}`,
      `retry ${runId}`,
      `cancel ${runId}`,
      `delete ${runId}`,
    ]);
  });

  it("of two servers on one folder one executes a run, and what it leaves the other one takes up", {
    timeout: 30_000,
  }, async () => {
    const store = await database();
    const disk = new Disk();
    const a = launcherOn(store, disk, "shared");
    launcherOn(await database(), disk, "shared");
    const ids = await Promise.all(Array.from({ length: 20 }, () => insert(store, "shared")));
    for (const runId of ids) a.changed(runId);
    for (const runId of ids) await reaches(store, runId, "RUNNING");
    expect(disk.runs.size).toBe(20);
    // The one ends, as it does when its process is told to. Which runs it had does not matter.
    await a.close();
    await expect.poll(() => [...disk.runs.values()].every(({ view }) => view.underWay), { timeout: 20_000 }).toBe(true);
    for (const runId of ids) disk.end(runId);
    for (const runId of ids) await reaches(store, runId, "SUCCEEDED");
  });

  it("a deleted run's id is taken until nothing is left of it where it was executed", async () => {
    const store = await database();
    const record = run({ place: "away", runId: "mine" });
    await store.runs.insert(record, record.pipelineSpec);
    await store.runs.delete("mine");
    expect(await store.runs.insert(record, record.pipelineSpec)).toBe(false);
    expect((await store.runs.workOf("away")).deleted).toEqual(["mine"]);
    expect((await store.runs.workOf("here")).deleted).toEqual([]);
    await store.runs.forget("mine");
    expect(await store.runs.insert(record, record.pipelineSpec)).toBe(true);
  });

  it("no more runs are under way than the limit says; the others wait their turn, and one of them may be ended", async () => {
    const store = await database();
    const disk = new Disk();
    const ids: string[] = [];
    for (let at = 0; at < 4; at++) ids.push(await insert(store, "a"));
    launcherOn(store, disk, "a", 2);
    const underWay = () => [...disk.runs.values()].filter(({ view }) => view.underWay).length;
    await expect.poll(underWay).toBe(2);
    const waiting = ids.filter((runId) => !disk.runs.has(runId));
    await store.runs.setState(waiting[0] ?? "", ["PENDING"], "CANCELING");
    await reaches(store, waiting[0] ?? "", "CANCELED");
    expect((await store.runs.get(waiting[1] ?? ""))?.state).toBe("PENDING");
    for (const runId of disk.runs.keys()) disk.end(runId);
    await reaches(store, waiting[1] ?? "", "RUNNING");
    expect(disk.runs.size).toBe(3);
  });
});
