import { describe, expect, it } from "vitest";
import { call, echo, greet } from "../services/harness.ts";
import { adapters } from "../store/adapters.ts";
import { midnight, newPlace, type Scheduled, startScheduled } from "./scheduled.ts";

const everyMinute = { cronSchedule: { cron: "0 * * * * *" } };

async function make(server: Scheduled, over: object = {}): Promise<string> {
  const body = { displayName: "Nightly", pipelineSpec: echo, maxConcurrency: 10, mode: "ENABLE", ...over } as const;
  const { recurringRunId = "" } = await call(server.handlers.recurringRuns.create, { body });
  await server.scheduler.idle();
  return recurringRunId;
}

async function times(server: Scheduled): Promise<readonly number[]> {
  return (await server.runs()).map(({ scheduledAt }) => scheduledAt - midnight);
}

describe("a recurring run that is enabled", () => {
  it("makes its runs when they are due, each of them once", async () => {
    const server = await startScheduled();
    await make(server, { trigger: { cronSchedule: { cron: "*/20 * * * * *" } } });
    await server.until(midnight + 61);
    expect(await times(server)).toEqual([20, 40, 60]);
    expect((await server.runs()).map(({ createdAt }) => createdAt - midnight)).toEqual([20, 40, 60]);
  });

  it("names its runs by its resource, their number and a hash, and has them belong to it", async () => {
    const server = await startScheduled();
    const recurringRunId = await make(server, { trigger: everyMinute, serviceAccount: "sa" });
    await server.until(midnight + 120);
    const [first, second] = await server.runs();
    expect(first?.displayName).toMatch(/^nightly[a-z0-9]{5}-1-\d+$/);
    expect(second?.displayName).toMatch(/^nightly[a-z0-9]{5}-2-\d+$/);
    expect(first).toMatchObject({ recurringRunId, serviceAccount: "sa", state: "PENDING", place: "here" });
  });

  it("keeps between its start and its end time", async () => {
    const server = await startScheduled();
    const startTime = new Date((midnight + 90) * 1000);
    const endTime = new Date((midnight + 210) * 1000);
    await make(server, { trigger: { periodicSchedule: { intervalSecond: 60, startTime, endTime } } });
    await server.until(midnight + 400);
    expect(await times(server)).toEqual([90, 150, 210]);
  });

  it("makes one run at once where it has no trigger", async () => {
    const server = await startScheduled();
    await make(server, { trigger: {} });
    await server.until(midnight + 100);
    expect(await times(server)).toEqual([0]);
  });

  it("executes with what macros stand for, and shows what was asked for", async () => {
    const server = await startScheduled();
    const text = "[[Index]] [[ScheduledTime]] [[CurrentTime.15:04:05]]";
    await make(server, { trigger: everyMinute, pipelineSpec: greet, runtimeConfig: { parameters: { text } } });
    await server.at(midnight + 63);
    const [run] = await server.runs();
    expect(JSON.parse(run?.launchedParameters ?? "")).toEqual({ text: "1 20260101000100 00:01:03" });
    expect(JSON.parse(run?.parameters ?? "")).toEqual({ text });
  });

  it("has at most as many runs under way as it may, and makes up for the others one by one", async () => {
    const server = await startScheduled();
    await make(server, { trigger: everyMinute, maxConcurrency: 2 });
    await server.until(midnight + 300);
    expect(await times(server)).toEqual([60, 120]);
    await server.endRuns();
    await server.until(midnight + 320);
    expect(await times(server)).toEqual([60, 120, 180, 240]);
  });

  it("makes up for all that it missed, or with no_catchup for the latest alone", async () => {
    const place = await newPlace();
    const before = await startScheduled(place);
    const all = await make(before, { trigger: everyMinute });
    const latest = await make(before, { trigger: everyMinute, noCatchup: true });
    await before.close();
    const server = await startScheduled(place, midnight + 250);
    await server.until(midnight + 270);
    const of = async (id: string) =>
      (await server.runs())
        .filter(({ recurringRunId }) => recurringRunId === id)
        .map(({ scheduledAt }) => scheduledAt - midnight);
    expect(await of(all)).toEqual([60, 120, 180, 240]);
    expect(await of(latest)).toEqual([240]);
  });

  it("takes the latest version of its pipeline each time", async () => {
    const server = await startScheduled();
    const { pipelines, pipelineVersions } = server.handlers;
    const file = (name: string) => ({
      name: "p.json",
      bytes: Buffer.from(JSON.stringify({ ...echo, pipelineInfo: { name } })),
    });
    const { pipelineId } = await call(pipelines.upload, { query: { name: "p" }, file: file("first") });
    await make(server, { trigger: everyMinute, pipelineSpec: undefined, pipelineVersionReference: { pipelineId } });
    await server.until(midnight + 61);
    await call(pipelineVersions.upload, { query: { pipelineid: pipelineId, name: "v2" }, file: file("second") });
    await server.until(midnight + 121);
    const ids = (await server.runs()).map(({ pipelineVersionId }) => pipelineVersionId);
    expect(new Set(ids).size).toBe(2);
  });
});

describe("a recurring run that is disabled", () => {
  it("makes no runs, leaves those under way alone, and makes up for the pause when it is enabled", async () => {
    const server = await startScheduled();
    const recurringRunId = await make(server, { trigger: everyMinute });
    await server.until(midnight + 60);
    await call(server.handlers.recurringRuns.disable, { params: { recurringRunId } });
    await server.until(midnight + 190);
    expect(await times(server)).toEqual([60]);
    expect((await server.runs())[0]?.state).toBe("PENDING");
    await call(server.handlers.recurringRuns.enable, { params: { recurringRunId } });
    await server.scheduler.idle();
    await server.until(midnight + 200);
    expect(await times(server)).toEqual([60, 120, 180]);
  });
});

describe("a server with recurring runs", () => {
  it("goes on after a restart with the number after the last", async () => {
    const place = await newPlace();
    const before = await startScheduled(place);
    await make(before, { trigger: everyMinute });
    await before.until(midnight + 60);
    await before.close();
    const server = await startScheduled(place, midnight + 61);
    await server.until(midnight + 120);
    expect((await server.runs()).map(({ displayName }) => displayName.split("-").at(-2))).toEqual(["1", "2"]);
  });

  it("takes a run for made that was stored by one that died before it noted it", async () => {
    const place = await newPlace();
    const before = await startScheduled(place);
    const recurringRunId = await make(before, { trigger: everyMinute });
    const died = new Error("killed");
    const { schedule } = before.store as { schedule: { noteTick: unknown } };
    schedule.noteTick = () => Promise.reject(died);
    await before.at(midnight + 60);
    expect(await times(before)).toEqual([60]);
    await before.close();
    const server = await startScheduled(place, midnight + 80);
    await server.until(midnight + 125);
    expect(await times(server)).toEqual([60, 120]);
    expect((await server.store.schedule.get(recurringRunId))?.lastIndex).toBe(2);
  });

  it.each(adapters)("makes each run once where two are on one database ($name)", async (adapter) => {
    // A SQLite file is opened by one process alone, so there the two share its store.
    const place = await newPlace(adapter);
    const one = await startScheduled(place);
    const other = await startScheduled(place.database.kind === "postgres" ? place : one.store);
    for (let count = 0; count < 5; count++) await make(one, { trigger: everyMinute });
    for (let second = midnight + 1; second <= midnight + 130; second++) {
      await Promise.all([one.at(second), other.at(second)]);
    }
    expect(await times(one)).toEqual([...Array(5).fill(60), ...Array(5).fill(120)]);
    expect([...one.warnings, ...other.warnings]).toEqual([]);
  });

  it("makes no run twice when its clock is set back, and goes on where it had come to", async () => {
    const server = await startScheduled();
    await make(server, { trigger: everyMinute, maxConcurrency: 1 });
    await server.until(midnight + 130);
    await server.at(midnight + 30);
    await server.endRuns();
    await server.until(midnight + 125);
    expect(await times(server)).toEqual([60, 120]);
    expect(server.warnings).toEqual([expect.stringContaining("the clock was set back")]);
  });

  it("makes up for the time that its clock jumped over", async () => {
    const server = await startScheduled();
    await make(server, { trigger: everyMinute });
    await server.at(midnight + 200);
    await server.until(midnight + 205);
    expect(await times(server)).toEqual([60, 120, 180]);
  });

  it("says what is in the way of a run, tries again ever more rarely, and leaves the others alone", async () => {
    const server = await startScheduled();
    const { pipelines, pipelineVersions } = server.handlers;
    const file = { name: "p.json", bytes: Buffer.from(JSON.stringify(echo)) };
    const { pipelineId = "" } = await call(pipelines.upload, { query: { name: "p" }, file });
    await make(server, { trigger: everyMinute, pipelineSpec: undefined, pipelineVersionReference: { pipelineId } });
    await make(server, { trigger: everyMinute });
    const [version] = (await call(pipelineVersions.list, { params: { pipelineId } })).pipelineVersions;
    const { pipelineVersionId = "" } = version ?? {};
    await call(pipelineVersions.delete, { params: { pipelineId, pipelineVersionId } });
    await server.until(midnight + 119);
    expect(await times(server)).toEqual([60]);
    // After 10 and 20 more seconds: at 60, 70 and 90.
    expect(server.warnings).toHaveLength(3);
    expect(server.warnings[0]).toMatch(/a recurring run cannot make its run: .*has no version to run/);
    await call(pipelineVersions.upload, { query: { pipelineid: pipelineId, name: "v2" }, file });
    await server.until(midnight + 131);
    expect(await times(server)).toEqual([60, 120, 60, 120]);
  });

  it("sleeps until something is due, however many recurring runs there are", async () => {
    const server = await startScheduled();
    for (let count = 0; count < 300; count++)
      await make(server, { trigger: { cronSchedule: { cron: "0 0 5 * * *" } } });
    const before = server.looks();
    await server.until(midnight + 100);
    // Once in ten seconds it looks whether another server, or the clock, has changed something.
    expect(server.looks() - before).toBeLessThanOrEqual(11);
  });

  it("makes no runs once it is closed", async () => {
    const server = await startScheduled();
    await make(server, { trigger: everyMinute });
    await server.scheduler.close();
    await server.until(midnight + 70);
    expect(await server.runs()).toEqual([]);
  });
});
