import { CronError, invalidArgument, parseCron, type RecurringRun } from "@kfp-ts/api";
import type { TriggerRecord } from "../ports/store.ts";
import { secondsOfDate } from "./instants.ts";

/**
 * Reads and checks when a recurring run is to make runs. A trigger that is absent or empty is good: upstream takes it
 * for one run at once.
 *
 * @throws StatusError INVALID_ARGUMENT with upstream's texts.
 */
export function readTrigger(trigger: RecurringRun["trigger"]): TriggerRecord {
  if (trigger?.cronSchedule !== undefined) {
    const { cron = "", startTime, endTime } = trigger.cronSchedule;
    checkCron(cron);
    return { kind: "cron", cron, startTime: secondsOfDate(startTime), endTime: secondsOfDate(endTime) };
  }
  if (trigger?.periodicSchedule !== undefined) {
    const { intervalSecond = 0, startTime, endTime } = trigger.periodicSchedule;
    if (intervalSecond < 1) {
      throw invalidArgument(
        `Found invalid period schedule interval ${intervalSecond}. Set at interval to least 1 second`,
      );
    }
    return { kind: "periodic", intervalSecond, startTime: secondsOfDate(startTime), endTime: secondsOfDate(endTime) };
  }
  return { kind: "none" };
}

function checkCron(cron: string): void {
  try {
    parseCron(cron);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    throw invalidArgument(
      `Schedule cron is not a supported format(https://godoc.org/github.com/robfig/cron). Error: ${error.message}`,
      { cause: error },
    );
  }
}
