import type { Log, LogFields } from "@kfp-ts/server";
import { UsageError } from "../command-error.ts";
import type { Io } from "../io.ts";
import { printable } from "../output/printable.ts";
import { styleFor } from "../output/style.ts";

/** How much the server says. */
export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
/** How much the server says. */
export type LogLevel = (typeof logLevels)[number];

/**
 * Reads how much the server is to say.
 *
 * @throws UsageError where it is none of the levels.
 */
export function readLevel(text: string): LogLevel {
  const level = logLevels.find((candidate) => candidate === text);
  if (level === undefined) throw new UsageError(`"${text}" is no log level; there are ${logLevels.join(", ")}.`);
  return level;
}

type Said = Exclude<LogLevel, "silent">;

/**
 * Where the server says what happens: on stderr, on a terminal as lines for people, else as one JSON object a line.
 *
 * @param least - What is less important is left out.
 */
export function serverLog(io: Io, least: LogLevel): Log {
  const write = io.stderr.isTerminal ? prettyLine(io) : jsonLine(io);
  const at = (level: Said) => (fields: LogFields, message: string) => {
    if (logLevels.indexOf(level) >= logLevels.indexOf(least)) io.stderr.write(write(level, fields, message));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

type Write = (level: Said, fields: LogFields, message: string) => string;

function jsonLine({ now }: Io): Write {
  return (level, fields, message) =>
    `${JSON.stringify({ time: new Date(now()).toISOString(), level, message, ...plainFields(fields) })}\n`;
}

function prettyLine({ env, now }: Io): Write {
  const style = styleFor(true, env);
  const paint = { debug: style.dim, info: style.green, warn: style.yellow, error: style.red };
  return (level, fields, message) => {
    const time = new Date(now()).toISOString().slice(11, 19);
    const { err, ...others } = fields;
    const said = Object.entries(others)
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]) => style.dim(`${name}=`) + printable(typeof value === "string" ? value : JSON.stringify(value)),
      );
    const stack = err instanceof Error ? `\n${style.dim([err.stack ?? err.message, ...because(err)].join("\n"))}` : "";
    return `${style.dim(time)} ${paint[level](level.padEnd(5))} ${[printable(message), ...said].join(" ")}${stack}\n`;
  };
}

function because({ cause }: Error): readonly string[] {
  return cause instanceof Error ? [`because: ${printable(cause.message)}`] : [];
}

/** Errors have no fields that JSON would see. */
function plainFields({ err, ...others }: LogFields): LogFields {
  if (!(err instanceof Error)) return err === undefined ? others : { ...others, err };
  const { name, message, stack, cause } = err;
  return { ...others, err: { name, message, stack, ...(cause instanceof Error && { cause: cause.message }) } };
}
