import type { Json, JsonObject } from "@kfp-ts/api";
import { formatGoTime } from "./go-time-layout.ts";
import { formatStrftime, isStrftimeFormat } from "./strftime.ts";

/** What macros stand for. Instants in seconds. */
export interface MacroValues {
  readonly runId: string;
  /** When the run was created. */
  readonly currentTime: number;
  /** When it was due; undefined for a run that nobody scheduled, whose macros of that time are then kept. */
  readonly scheduledTime?: number | undefined;
  /** The number of the run among those of its recurring run; undefined leaves `[[Index]]` as it is. */
  readonly index?: number | undefined;
}

const MACRO = /\[\[(.*?)\]\]|\{\{\$\.(.*?)\}\}/g;
const DEFAULT_LAYOUT = "20060102150405";
const STRFTIME = /^(scheduledTime|currentTime)\.strftime\('(.*)'\)$/;
const TIME = /^(ScheduledTime|CurrentTime)(?:\.(.*))?$/;

/**
 * The parameters of a run with the macros in its texts expanded, as Kubeflow Pipelines does it when it submits a run:
 * `[[RunUUID]]`, `[[Index]]`, `[[CurrentTime]]` and `[[ScheduledTime]]` (also with a layout of Go behind a dot), and
 * `{{$.currentTime.strftime('…')}}` and `{{$.scheduledTime.strftime('…')}}`. Times are in UTC. Only parameters that are
 * texts are looked at; what is no macro, or has no value, stays as it is. The API goes on showing what was asked for.
 */
export function expandMacros(parameters: JsonObject, values: MacroValues): JsonObject {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]): [string, Json] => [
      name,
      typeof value === "string" ? expandText(value, values) : value,
    ]),
  );
}

function expandText(text: string, values: MacroValues): string {
  return text.replace(MACRO, (whole, bracketed: string | undefined, braced: string | undefined) => {
    const value = bracketed === undefined ? strftime(braced ?? "", values) : expansion(bracketed, values);
    return value ?? whole;
  });
}

function expansion(macro: string, { runId, index, ...times }: MacroValues): string | undefined {
  if (macro === "RunUUID") return runId;
  if (macro === "Index") return index === undefined ? undefined : String(index);
  const [, name, layout = DEFAULT_LAYOUT] = TIME.exec(macro) ?? [];
  const at = name === undefined ? undefined : timeOf(name === "ScheduledTime", times);
  return at === undefined ? undefined : formatGoTime(at, layout);
}

function strftime(macro: string, values: MacroValues): string | undefined {
  const [, name, format = ""] = STRFTIME.exec(macro) ?? [];
  const at = name === undefined ? undefined : timeOf(name === "scheduledTime", values);
  return at === undefined || !isStrftimeFormat(format) ? undefined : formatStrftime(at, format);
}

function timeOf(scheduled: boolean, times: Pick<MacroValues, "currentTime" | "scheduledTime">): Date | undefined {
  const seconds = scheduled ? times.scheduledTime : times.currentTime;
  return seconds === undefined ? undefined : new Date(seconds * 1000);
}
