import { CronError } from "./cron-error.ts";
import { type CronField, cronBounds, parseCronField } from "./cron-field.ts";
import { GoDurationError, parseGoDuration } from "./go-duration.ts";

/** A schedule by the calendar: a second matches when all of its fields do. */
export interface CalendarSchedule {
  readonly kind: "calendar";
  readonly second: CronField;
  readonly minute: CronField;
  readonly hour: CronField;
  readonly dayOfMonth: CronField;
  readonly month: CronField;
  readonly dayOfWeek: CronField;
}

/** A schedule that comes again after a fixed time (`@every 1h30m`), counted from the instant it is asked with. */
export interface IntervalSchedule {
  readonly kind: "interval";
  /** Whole seconds, at least one. */
  readonly seconds: number;
}

/** A parsed cron expression. */
export type CronSchedule = CalendarSchedule | IntervalSchedule;

const DESCRIPTORS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 0 1 1 *",
  "@annually": "0 0 0 1 1 *",
  "@monthly": "0 0 0 1 * *",
  "@weekly": "0 0 0 * * 0",
  "@daily": "0 0 0 * * *",
  "@midnight": "0 0 0 * * *",
  "@hourly": "0 0 * * * *",
};

const EVERY = "@every ";
const SECOND = 1_000_000_000n;

// What Go's strings.Fields splits at; the white space of JavaScript's \s is not quite the same.
const SPACES = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * Reads a cron expression in the dialect of Kubeflow Pipelines (robfig/cron v1): second, minute, hour, day of month,
 * month and, optionally, day of week; or a descriptor such as `@daily` or `@every 1h30m`. The FIRST field is seconds:
 * `0 0 * * * *` is every hour, and so is `0 0 * * *`.
 *
 * @throws CronError with the text that the real server's library gives.
 */
export function parseCron(text: string): CronSchedule {
  if (text === "") throw new CronError("Empty spec string");
  if (text.startsWith("@")) return parseDescriptor(text);
  const fields = text.split(SPACES).filter((field) => field !== "");
  if (fields.length < 5 || fields.length > 6) {
    throw new CronError(`Expected 5 to 6 fields, found ${fields.length}: ${text}`);
  }
  const [second = "", minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = "*"] = fields;
  return {
    kind: "calendar",
    second: parseCronField(second, cronBounds.second),
    minute: parseCronField(minute, cronBounds.minute),
    hour: parseCronField(hour, cronBounds.hour),
    dayOfMonth: parseCronField(dayOfMonth, cronBounds.dayOfMonth),
    month: parseCronField(month, cronBounds.month),
    dayOfWeek: parseCronField(dayOfWeek, cronBounds.dayOfWeek),
  };
}

function parseDescriptor(text: string): CronSchedule {
  const fields = Object.hasOwn(DESCRIPTORS, text) ? DESCRIPTORS[text] : undefined;
  if (fields !== undefined) return parseCron(fields);
  if (!text.startsWith(EVERY)) throw new CronError(`Unrecognized descriptor: ${text}`);
  try {
    const whole = parseGoDuration(text.slice(EVERY.length)) / SECOND;
    // Less than a second, and less than nothing, is taken for a second.
    return { kind: "interval", seconds: whole < 1n ? 1 : Number(whole) };
  } catch (error) {
    if (!(error instanceof GoDurationError)) throw error;
    throw new CronError(`Failed to parse duration ${text}: ${error.message}`);
  }
}
