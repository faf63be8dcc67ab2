import type { ErrorCode } from "@kfp-ts/sdk";
import type { Report } from "../report-error.ts";
import { asJson } from "./format-diagnosis.ts";

/**
 * Whether words that could not be read as a command line were meant for `doctor --json`: whoever asks for JSON reads JSON,
 * whatever comes of it.
 */
export function wantsVerdict(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  return words.includes("doctor") && words.includes("--json");
}

/** A mistake in the command line as the verdict of a diagnosis that was not begun. */
export function verdictOf({ code: told = "BAD_OPTION", message: cause, fix }: Report): string {
  // Whoever diagnoses runs nothing.
  const code = told as ErrorCode;
  const verdict = { ok: false, code, cause, fix, docs: `docs/errors/${code}.md` };
  return `${JSON.stringify(asJson({ verdict, probes: [] }), undefined, 2)}\n`;
}
