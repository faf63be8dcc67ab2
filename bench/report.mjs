import { mkdir, writeFile } from "node:fs/promises";
import { arch, cpus, platform } from "node:os";

/**
 * One figure: a ratio with a bound, an amount with a bound, or something that is only told.
 *
 * @typedef {{ name: string, ratio?: number, amount?: string, value?: number, atLeast?: number, atMost?: number,
 *   detail?: string, skipped?: string }} Case
 */

/** Whether a figure keeps to its bound: undefined where it has none or was not measured. */
export function isReached(/** @type {Case} */ { ratio, value, atLeast, atMost, skipped }) {
  const figure = ratio ?? value;
  if (skipped !== undefined || figure === undefined) return undefined;
  if (atLeast !== undefined) return figure >= atLeast;
  return atMost === undefined ? undefined : figure <= atMost;
}

/** @param {readonly Case[]} cases */
export function table(cases) {
  const rows = cases.map((one) => [
    { true: "reached", false: "MISSED", undefined: one.skipped === undefined ? "told" : "skipped" }[
      String(isReached(one))
    ],
    one.amount ?? one.ratio?.toFixed(2) ?? "-",
    one.atLeast !== undefined ? `>= ${one.atLeast}` : one.atMost !== undefined ? `<= ${one.atMost}` : "",
    one.name,
    one.skipped ?? one.detail ?? "",
  ]);
  const head = ["", "measured", "to reach", "what", "detail"];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/**
 * @param {readonly Case[]} cases
 * @param {URL} file
 */
export async function writeJson(cases, file) {
  const machine = { node: process.version, platform: platform(), arch: arch(), cores: cpus().length };
  await mkdir(new URL("./", file), { recursive: true });
  const figures = cases.map((one) => ({ ...one, reached: isReached(one) }));
  await writeFile(file, `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, figures }, null, 2)}\n`);
}
