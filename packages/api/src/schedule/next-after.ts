import type { CalendarSchedule, CronSchedule } from "./cron.ts";

const YEARS_AHEAD = 5;
const DAY_SECONDS = 86_400;

/**
 * The first instant after the given one, and never that one itself, at which a schedule is due. It is a whole second,
 * and fields are read in UTC, the zone in which Kubeflow Pipelines runs its schedules unless it is configured otherwise.
 *
 * Days match as in robfig/cron: where `*` or `?` stands in one of day of month and day of week, both must match; where
 * both are restricted, either is enough.
 *
 * @returns undefined where the calendar has no such instant up to the end of the fifth year ahead (`0 0 0 30 2 *`).
 */
export function nextAfter(schedule: CronSchedule, instant: Date): Date | undefined {
  const second = Math.floor(instant.getTime() / 1000);
  if (schedule.kind === "interval") return new Date((second + schedule.seconds) * 1000);
  return nextOnCalendar(schedule, second + 1);
}

function nextOnCalendar(schedule: CalendarSchedule, earliest: number): Date | undefined {
  const start = new Date(earliest * 1000);
  const lastYear = start.getUTCFullYear() + YEARS_AHEAD;
  const day = new Date(Date.UTC(0, 0));
  day.setUTCFullYear(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate());

  while (day.getUTCFullYear() <= lastYear) {
    if (!schedule.month.values.includes(day.getUTCMonth() + 1)) {
      day.setUTCMonth(day.getUTCMonth() + 1, 1);
      continue;
    }
    if (dayMatches(schedule, day)) {
      const midnight = day.getTime() / 1000;
      const found = nextOfDay(schedule, Math.max(0, earliest - midnight));
      if (found !== undefined) return new Date((midnight + found) * 1000);
    }
    day.setUTCDate(day.getUTCDate() + 1);
  }
  return undefined;
}

function dayMatches(schedule: CalendarSchedule, day: Date): boolean {
  const { dayOfMonth, dayOfWeek } = schedule;
  const byMonth = dayOfMonth.values.includes(day.getUTCDate());
  const byWeek = dayOfWeek.values.includes(day.getUTCDay());
  return dayOfMonth.star || dayOfWeek.star ? byMonth && byWeek : byMonth || byWeek;
}

/** The first matching second of a day that is not before `earliest`, both counted from midnight. */
function nextOfDay(schedule: CalendarSchedule, earliest: number): number | undefined {
  if (earliest >= DAY_SECONDS) return undefined;
  for (const hour of schedule.hour.values) {
    if ((hour + 1) * 3600 <= earliest) continue;
    for (const minute of schedule.minute.values) {
      const start = hour * 3600 + minute * 60;
      if (start + 60 <= earliest) continue;
      const second = schedule.second.values.find((value) => start + value >= earliest);
      if (second !== undefined) return start + second;
    }
  }
  return undefined;
}
