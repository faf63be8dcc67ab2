import type { NewRecurringRun } from "@kfp-ts/api";
import { parseTimestamp } from "@kfp-ts/api";
import { UsageError } from "../command-error.ts";
import { parseDuration } from "../command-line/duration.ts";
import { option, textOption, type ValuesOf } from "../command-line/option.ts";

/** The options that say when. */
export const scheduleOptions = {
  cron: textOption("expression", 'When: six fields, seconds first ("0 0 2 * * *" is at two every night), or @daily.'),
  every: option("duration", "At equal distances: 90s, 30m, 1d.", readSeconds),
  startTime: option("instant", "Not before: a day or an instant like 2026-01-31T12:00:00Z.", readInstant),
  endTime: option("instant", "Not after.", readInstant),
};

/**
 * When a recurring run makes a run.
 *
 * @throws UsageError where it is not said, or said twice.
 */
export function triggerOf({
  cron,
  every,
  startTime,
  endTime,
}: ValuesOf<typeof scheduleOptions>): NonNullable<NewRecurringRun["trigger"]> {
  if (cron !== undefined && every !== undefined) {
    throw new UsageError("--cron and --every exclude each other.", "Leave one of them out.");
  }
  if (cron !== undefined) return { cronSchedule: { cron, startTime, endTime } };
  if (every !== undefined) return { periodicSchedule: { intervalSecond: every, startTime, endTime } };
  throw new UsageError("It is not said when.", 'Give --every 30m, or --cron "0 0 2 * * *".');
}

function readSeconds(text: string): number {
  const seconds = parseDuration(text) / 1000;
  if (Number.isInteger(seconds)) return seconds;
  throw new UsageError(`"${text}" is no whole number of seconds.`);
}

function readInstant(text: string): Date {
  const date = parseTimestamp(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (date !== undefined) return date;
  throw new UsageError(`"${text}" is no instant; write a day or an instant like 2026-01-31T12:00:00Z.`);
}
