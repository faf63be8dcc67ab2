import type { Report } from "../report-error.ts";
import { resultOfNothing } from "./result.ts";

/**
 * Whether a command line, right or wrong, is of `kfp-ts run` for a program that reads its result: it reads one, whatever
 * comes of it.
 */
export function wantsResult(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): boolean {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  if (words[0] !== "run" || words.includes("--help") || words.includes("-h")) return false;
  const said = words.findLastIndex((word) => /^(--output(=.*)?|-o.*)$/.test(word));
  const word = words[said] ?? "";
  const value =
    said < 0 ? env.KFP_OUTPUT : /^(--output|-o)$/.test(word) ? words[said + 1] : word.replace(/^(--output=|-o)/, "");
  // JSON is YAML, too.
  return value === "json" || value === "yaml";
}

/** The result where nothing was started. */
export function resultOfReport({ code, message, fix }: Report): string {
  return resultOfNothing({ code, message, fix });
}
