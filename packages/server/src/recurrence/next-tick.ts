import { type CronSchedule, nextAfter, parseCron } from "@kfp-ts/api";
import type { RecurringRunRecord, TriggerRecord } from "../ports/store.ts";

/** What says when a recurring run is due. */
export type Recurrence = Pick<RecurringRunRecord, "trigger" | "createdAt" | "noCatchup">;

/**
 * The tick that comes after the last one that made a run, whether it is past or to come. Instants in seconds.
 *
 * The first tick of a cron schedule is the first one after the start time, and of a periodic one the start time itself
 * where that was still to come when the recurring run was made. Without a start time both count from when it was made.
 * A recurring run without a trigger is due once, when it is made.
 *
 * @param last - The last tick; undefined where there was none.
 * @returns undefined where there is none any more.
 */
export function tickAfter({ trigger, createdAt }: Recurrence, last: number | undefined): number | undefined {
  if (trigger.kind === "none") return last === undefined ? createdAt : undefined;
  const next = last === undefined ? firstTick(trigger, createdAt) : stepAfter(trigger, last);
  return next !== undefined && isWithinEnd(trigger, next) ? next : undefined;
}

/**
 * The tick that a run is to be made for now or at some time. With catch-up each missed one gets its run. Without, those
 * that were missed are passed over: of a cron schedule all but the latest; a periodic one that has missed a whole interval
 * goes on from now, or has its last run at its end time where that is past.
 *
 * @returns undefined where there is none any more.
 */
export function dueTick(recurrence: Recurrence, last: number | undefined, now: number): number | undefined {
  const { trigger, noCatchup } = recurrence;
  const next = tickAfter(recurrence, last);
  if (next === undefined || !noCatchup || trigger.kind === "none" || next > now) return next;
  const until = trigger.endTime === 0 ? now : Math.min(now, trigger.endTime);
  if (trigger.kind === "periodic") return now >= next + trigger.intervalSecond ? until : next;
  return latestTick(parseCron(trigger.cron), next, until);
}

type TimedTrigger = Exclude<TriggerRecord, { readonly kind: "none" }>;

function firstTick(trigger: TimedTrigger, createdAt: number): number | undefined {
  const { startTime } = trigger;
  if (trigger.kind === "periodic" && startTime > createdAt) return startTime;
  return stepAfter(trigger, startTime === 0 ? createdAt : startTime);
}

function stepAfter(trigger: TimedTrigger, instant: number): number | undefined {
  if (trigger.kind === "periodic") return instant + trigger.intervalSecond;
  return cronAfter(parseCron(trigger.cron), instant);
}

function isWithinEnd({ endTime }: TimedTrigger, tick: number): boolean {
  return endTime === 0 || tick <= endTime;
}

/** The latest tick up to `until`; `next` is one. Years of seconds may lie between, so what is left is halved each time. */
function latestTick(schedule: CronSchedule, next: number, until: number): number {
  if (schedule.kind === "interval") return next + Math.floor((until - next) / schedule.seconds) * schedule.seconds;
  let tick = next;
  let before = until;
  while (tick < before) {
    const middle = Math.floor((tick + before) / 2);
    const after = cronAfter(schedule, middle);
    if (after !== undefined && after <= until) tick = after;
    else before = middle;
  }
  return tick;
}

function cronAfter(schedule: CronSchedule, instant: number): number | undefined {
  const found = nextAfter(schedule, new Date(instant * 1000));
  return found && found.getTime() / 1000;
}
