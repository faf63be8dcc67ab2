import type { LogLine } from "./create-log.ts";
import { describeError } from "./describe-error.ts";
import type { LogFields } from "./log.ts";

const ESCAPE = "\u001b[";
const LEVEL_COLORS: Readonly<Record<string, string>> = { debug: "90", info: "32", warn: "33", error: "31" };

/**
 * Puts one line of the log into words for people: time of day, level, what happened, the fields that it has. Control
 * characters are shown and not obeyed, so that nobody who sends a request can paint the terminal.
 *
 * @returns the line, with its line break; the stack of an error stands indented below.
 */
export function prettyLine(line: LogLine, { color }: { readonly color: boolean }): string {
  const { err, ...fields } = line.fields;
  const paint = (code: string | undefined, text: string): string =>
    color && code !== undefined ? `${ESCAPE}${code}m${text}${ESCAPE}0m` : text;
  const clock = new Date(line.time).toLocaleTimeString("en-GB");
  const level = paint(LEVEL_COLORS[line.level], line.level.padEnd(5));
  const said = isAnswer(fields) ? answerLine(fields, paint) : [printable(line.message), ...pairs(fields)].join(" ");
  return `${paint("90", clock)} ${level} ${said}\n${err === undefined ? "" : indented(describeError(err).stack)}`;
}

function isAnswer(fields: LogFields): boolean {
  return fields.method !== undefined && fields.path !== undefined && fields.status !== undefined;
}

function answerLine(fields: LogFields, paint: (code: string | undefined, text: string) => string): string {
  const { method, path, status, ms, requestId, operation } = fields;
  const code = Number(status) >= 500 ? "31" : Number(status) >= 400 ? "33" : "32";
  const request = printable(`${method} ${path}`);
  return `${paint(code, String(status))} ${request} ${paint("90", printable(`${operation} ${ms} ms ${requestId}`))}`;
}

function pairs(fields: LogFields): string[] {
  return Object.entries(fields).map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return printable(`${key}=${text}`);
  });
}

function indented(stack: string): string {
  return stack
    .split("\n")
    .map((line) => `    ${printable(line)}\n`)
    .join("");
}

function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}
