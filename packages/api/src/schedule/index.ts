export { type CalendarSchedule, type CronSchedule, parseCron } from "./cron.ts";
export { CronError } from "./cron-error.ts";
export { GoDurationError, parseGoDuration } from "./go-duration.ts";
export { nextAfter } from "./next-after.ts";
