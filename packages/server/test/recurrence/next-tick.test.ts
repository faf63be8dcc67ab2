import { describe, expect, it } from "vitest";
import type { TriggerRecord } from "../../src/ports/store.ts";
import { dueTick, type Recurrence, tickAfter } from "../../src/recurrence/next-tick.ts";

/** 2026-01-01T00:00:00Z. */
const midnight = 1_767_225_600;

function cron(text: string, times: { startTime?: number; endTime?: number } = {}, noCatchup = false): Recurrence {
  return recurrence({ kind: "cron", cron: text, startTime: 0, endTime: 0, ...times }, noCatchup);
}

function every(seconds: number, times: { startTime?: number; endTime?: number } = {}, noCatchup = false): Recurrence {
  return recurrence({ kind: "periodic", intervalSecond: seconds, startTime: 0, endTime: 0, ...times }, noCatchup);
}

function recurrence(trigger: TriggerRecord, noCatchup: boolean): Recurrence {
  return { trigger, createdAt: midnight, noCatchup };
}

describe("the ticks of a cron schedule", () => {
  it("have seconds as their first field, and come strictly after the one before", () => {
    expect(tickAfter(cron("*/20 * * * * *"), undefined)).toBe(midnight + 20);
    expect(tickAfter(cron("0 0 * * * *"), midnight + 3600)).toBe(midnight + 7200);
  });

  it("begin after the start time, past or to come, and never when it was made", () => {
    expect(tickAfter(cron("0 * * * * *", { startTime: midnight + 60 }), undefined)).toBe(midnight + 120);
    expect(tickAfter(cron("0 * * * * *", { startTime: midnight - 600 }), undefined)).toBe(midnight - 540);
    expect(tickAfter(cron("0 0 0 * * *"), undefined)).toBe(midnight + 86_400);
  });

  it("may fall on the end time, and not after it", () => {
    expect(tickAfter(cron("0 * * * * *", { endTime: midnight + 60 }), undefined)).toBe(midnight + 60);
    expect(tickAfter(cron("0 * * * * *", { endTime: midnight + 60 }), midnight + 60)).toBeUndefined();
  });

  it("are none where the calendar has no such day", () => {
    expect(tickAfter(cron("0 0 0 30 2 *"), undefined)).toBeUndefined();
  });
});

describe("the ticks of a periodic schedule", () => {
  it("come one interval after it was made, and after the one before", () => {
    expect(tickAfter(every(300), undefined)).toBe(midnight + 300);
    expect(tickAfter(every(300), midnight + 301)).toBe(midnight + 601);
  });

  it("begin at a start time that was to come, and one interval after one that was past", () => {
    expect(tickAfter(every(300, { startTime: midnight + 50 }), undefined)).toBe(midnight + 50);
    expect(tickAfter(every(300, { startTime: midnight - 50 }), undefined)).toBe(midnight + 250);
  });

  it("may fall on the end time, and not after it", () => {
    expect(tickAfter(every(300, { endTime: midnight + 300 }), undefined)).toBe(midnight + 300);
    expect(tickAfter(every(300, { endTime: midnight + 599 }), midnight + 300)).toBeUndefined();
  });
});

describe("what is due", () => {
  it("is with catch-up the first missed tick", () => {
    expect(dueTick(cron("0 * * * * *"), undefined, midnight + 3600)).toBe(midnight + 60);
    expect(dueTick(every(60), midnight + 60, midnight + 3600)).toBe(midnight + 120);
  });

  it("is without catch-up the latest missed tick of a cron schedule", () => {
    expect(dueTick(cron("0 * * * * *", {}, true), undefined, midnight + 3599)).toBe(midnight + 3540);
    expect(dueTick(cron("0 * * * * *", {}, true), undefined, midnight + 3600)).toBe(midnight + 3600);
    expect(dueTick(cron("0 * * * * *", { endTime: midnight + 90 }, true), undefined, midnight + 3600)).toBe(
      midnight + 60,
    );
    expect(dueTick(cron("@every 7s", {}, true), undefined, midnight + 30)).toBe(midnight + 28);
  });

  it("is found at once, however many ticks were missed", () => {
    const tenYears = 10 * 365 * 86_400;
    expect(dueTick(cron("* * * * * *", {}, true), undefined, midnight + tenYears)).toBe(midnight + tenYears);
    const newYear = Date.UTC(2035, 0, 1) / 1000;
    expect(dueTick(cron("@yearly", {}, true), undefined, midnight + tenYears)).toBe(newYear);
  });

  it("agrees without catch-up with counting every tick", () => {
    const schedule = cron("13 */7 2-5,21 * * MON,FRI", {}, true);
    for (let now = midnight; now < midnight + 14 * 86_400; now += 12_347) {
      let latest = tickAfter(schedule, undefined);
      for (let next = latest; next !== undefined && next <= now; next = tickAfter(schedule, next)) latest = next;
      expect(dueTick(schedule, undefined, now)).toBe(latest);
    }
  });

  it("is without catch-up now for a periodic schedule that missed a whole interval", () => {
    expect(dueTick(every(60, {}, true), midnight, midnight + 119)).toBe(midnight + 60);
    expect(dueTick(every(60, {}, true), midnight, midnight + 120)).toBe(midnight + 120);
    expect(dueTick(every(60, {}, true), midnight, midnight + 777)).toBe(midnight + 777);
    expect(dueTick(every(60, { endTime: midnight + 100 }, true), midnight, midnight + 777)).toBe(midnight + 100);
  });

  it("is to come where nothing was missed, and nothing where the end time is past", () => {
    expect(dueTick(cron("0 * * * * *", {}, true), undefined, midnight + 5)).toBe(midnight + 60);
    expect(dueTick(every(60, { endTime: midnight + 100 }, true), midnight + 100, midnight + 777)).toBeUndefined();
  });

  it("is once, when it was made, where there is no trigger", () => {
    expect(dueTick(recurrence({ kind: "none" }, false), undefined, midnight + 5)).toBe(midnight);
    expect(dueTick(recurrence({ kind: "none" }, false), midnight, midnight + 5)).toBeUndefined();
  });
});
