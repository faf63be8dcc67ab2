import { describeError } from "./describe-error.ts";
import type { Log, LogFields } from "./log.ts";
import { prettyLine } from "./pretty-line.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** How weighty a line is. */
export type LogLevel = (typeof LEVELS)[number];

/** How a log is written. */
export interface LogOptions {
  /** Takes whole lines, each with its line break. */
  readonly write: (line: string) => void;
  /** Lines for people rather than JSON. @default "json" */
  readonly format?: "json" | "pretty" | "colored" | undefined;
  /** What weighs less is left out. @default "info" */
  readonly level?: LogLevel | undefined;
}

/** One line of the log. */
export interface LogLine {
  readonly level: LogLevel;
  /** RFC 3339. */
  readonly time: string;
  readonly fields: LogFields;
  readonly message: string;
}

/**
 * Makes a log: one JSON object a line with `level`, `time`, the fields and `msg`, as pino writes it; or, for a terminal,
 * one readable line each. Pino itself would only add its start-up: lines are few, and who starts the server writes them.
 */
export function createLog({ write, format = "json", level: least = "info" }: LogOptions): Log {
  const lineOf = format === "json" ? jsonLine : (line: LogLine) => prettyLine(line, { color: format === "colored" });
  const writerOf = (level: LogLevel): Log[LogLevel] => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return () => {};
    return (fields, message) => write(lineOf({ level, time: new Date().toISOString(), fields, message }));
  };
  return { debug: writerOf("debug"), info: writerOf("info"), warn: writerOf("warn"), error: writerOf("error") };
}

function jsonLine({ level, time, fields, message }: LogLine): string {
  const described = "err" in fields ? { ...fields, err: describeError(fields.err) } : fields;
  return `${JSON.stringify({ level, time, ...described, msg: message })}\n`;
}
