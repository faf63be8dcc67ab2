import type { NewRecurringRun } from "@kfp-ts/api";
import { badArgument } from "../errors/bad-argument.ts";

interface Span {
  /** Not before. @default at once */
  readonly startTime?: Date | undefined;
  /** Not after. @default for ever */
  readonly endTime?: Date | undefined;
}

/**
 * When a recurring run makes runs: at the times of a cron expression, or at equal distances.
 *
 * @example
 * import type { Schedule } from "@kfp-ts/sdk";
 *
 * const nightly: Schedule = { cron: "0 30 2 * * *" };
 * const hourly: Schedule = { intervalSeconds: 3600, startTime: new Date("2026-12-01T00:00:00Z") };
 * console.log(nightly, hourly);
 */
export type Schedule =
  | (Span & {
      /** Six fields, the first of which is seconds; or a descriptor such as `@daily`. */
      readonly cron: string;
      readonly intervalSeconds?: never;
    })
  | (Span & {
      /** A whole number of seconds, 1 or more. */
      readonly intervalSeconds: number;
      readonly cron?: never;
    });

/** A schedule as the API takes it. */
export function triggerOf(schedule: Schedule): NonNullable<NewRecurringRun["trigger"]> {
  const { cron, intervalSeconds, startTime, endTime } = schedule;
  for (const [name, date] of Object.entries({ startTime, endTime })) {
    if (date !== undefined && !(date instanceof Date && !Number.isNaN(date.getTime()))) {
      throw badArgument(`schedule.${name} is no valid Date.`);
    }
  }
  if (cron !== undefined && intervalSeconds !== undefined) {
    throw badArgument("schedule: cron and intervalSeconds exclude each other.", "Give one of them.");
  }
  if (cron !== undefined) {
    if (typeof cron !== "string" || cron.trim() === "") throw badArgument("schedule.cron is empty.");
    return { cronSchedule: { cron, startTime, endTime } };
  }
  if (Number.isSafeInteger(intervalSeconds) && (intervalSeconds ?? 0) >= 1) {
    return { periodicSchedule: { intervalSecond: intervalSeconds, startTime, endTime } };
  }
  throw badArgument(
    intervalSeconds === undefined
      ? "No schedule was given."
      : `schedule.intervalSeconds is ${String(intervalSeconds)}; it has to be a whole number of seconds, 1 or more.`,
    'Give { cron: "0 0 * * * *" } or { intervalSeconds: 3600 }.',
  );
}
