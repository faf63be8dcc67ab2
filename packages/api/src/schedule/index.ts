export { type CalendarSchedule, type CronSchedule, type IntervalSchedule, parseCron } from "./cron.ts";
export { CronError } from "./cron-error.ts";
export type { CronField } from "./cron-field.ts";
export { GoDurationError, parseGoDuration } from "./go-duration.ts";
export { nextAfter } from "./next-after.ts";
