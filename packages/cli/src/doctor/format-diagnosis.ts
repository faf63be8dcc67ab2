import type { JsonObject } from "@kfp-ts/api";
import type { Diagnosis, Probe, Verdict } from "@kfp-ts/sdk";
import type { Io } from "../io.ts";
import { columnsOf, printable } from "../output/printable.ts";
import type { Style } from "../output/style.ts";

/** The marks before each line, where the terminal can show them, and where it cannot. */
const marks = {
  pretty: { good: "✓", noted: "!", failed: "✗", skipped: "·" },
  plain: { good: "ok", noted: "!", failed: "x", skipped: "-" },
} as const;

/** A diagnosis for people: what was looked at, and at the end what it comes to. */
export function formatDiagnosis({ verdict, probes }: Diagnosis, style: Style, env: Io["env"]): string {
  return `${formatProbes(probes, style, env)}\n${formatVerdict(verdict, style)}`;
}

function formatProbes(probes: readonly Probe[], style: Style, env: Io["env"]): string {
  const set = isUtf8(env) ? marks.pretty : marks.plain;
  const names = probes.map(({ name }, index) => (probes[index - 1]?.name === name ? "" : name));
  const width = Math.max(...names.map((name) => name.length));
  const markWidth = Math.max(...Object.values(set).map(columnsOf));
  return probes
    .map((probe, index) => {
      const mark = set[probe.outcome].padEnd(markWidth);
      const time = probe.durationMs > 0 ? style.dim(` ${probe.durationMs} ms`) : "";
      const text = safe(probe.saw).replaceAll("\n", `\n${" ".repeat(width + markWidth + 4)}`);
      return `${paintOf(probe, style)(mark)}  ${style.bold((names[index] ?? "").padEnd(width))}  ${probe.outcome === "skipped" ? style.dim(text) : text}${time}\n`;
    })
    .join("");
}

function formatVerdict({ ok, code, cause, fix, docs }: Verdict, style: Style): string {
  const lines = [ok ? style.green(safe(cause)) : `${style.red(`${code}:`)} ${safe(cause)}`];
  if (fix !== undefined && fix !== "") lines.push("", `${style.bold("fix:")} ${safe(fix)}`);
  if (code !== undefined)
    lines.push("", style.dim(`more: kfp-ts explain ${code}${docs === undefined ? "" : `, or ${docs}`}`));
  return `${lines.join("\n")}\n`;
}

/** A diagnosis for programs. What has no value is null, so that every verdict has the same keys. */
export function asJson({ verdict, probes }: Diagnosis): JsonObject {
  const { ok, code = null, cause, fix = null, docs = null } = verdict;
  return {
    verdict: { ok, code, cause, fix, docs },
    probes: probes.map(({ name, outcome, saw, code: of, durationMs }) => ({
      name,
      outcome,
      saw,
      ...(of !== undefined && { code: of }),
      duration_ms: durationMs,
    })),
  };
}

function paintOf({ outcome }: Probe, style: Style): (text: string) => string {
  switch (outcome) {
    case "good":
      return style.green;
    case "noted":
      return style.yellow;
    case "failed":
      return style.red;
    case "skipped":
      return style.dim;
  }
}

function isUtf8({ LC_ALL, LC_CTYPE, LANG }: Io["env"]): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
}

/** The texts may come from a server, so they are made safe to show; they keep their line breaks. */
function safe(text: string): string {
  return text.trimEnd().split("\n").map(printable).join("\n");
}
