import type { RequestObserver } from "@kfp-ts/sdk";
import type { Io } from "./io.ts";
import { printable } from "./output/printable.ts";
import { type Style, styleFor } from "./output/style.ts";

/**
 * Tells every request and its answer on stderr. The client has masked what is secret in the headers; bodies are not
 * told, because parameters may be secret too.
 */
export function tellRequests(io: Io): RequestObserver {
  const style = styleFor(io.stderr.isTerminal, io.env);
  const tell = (line: string): void => io.stderr.write(`${line}\n`);
  return {
    onRequest({ method, url, headers, attempt }) {
      tell(`${style.bold(">")} ${method} ${printable(url)}${attempt === 1 ? "" : ` (attempt ${attempt})`}`);
      tellHeaders(">", headers, style, tell);
    },
    onResponse({ status, responseHeaders, durationMs }) {
      tell(`${style.bold("<")} ${status} after ${Math.round(durationMs)} ms`);
      tellHeaders("<", responseHeaders, style, tell);
    },
    onFailure({ error, durationMs }) {
      const message = error instanceof Error ? error.message : String(error);
      tell(`${style.bold("<")} no answer after ${Math.round(durationMs)} ms: ${printable(message)}`);
    },
    onRetry({ delayMs }) {
      tell(`${style.bold("*")} trying again in ${Math.round(delayMs)} ms`);
    },
  };
}

function tellHeaders(
  mark: string,
  headers: Readonly<Record<string, string>>,
  style: Style,
  tell: (line: string) => void,
): void {
  for (const [name, value] of Object.entries(headers)) tell(style.dim(`${mark}   ${name}: ${printable(value)}`));
}
