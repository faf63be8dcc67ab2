import { columnsOf } from "./printable.ts";
import type { Style } from "./style.ts";

/**
 * Writes rows under a header, columns aligned and two spaces apart. Nothing is cut off: what is shown can be copied.
 *
 * @param header - The headings, one for each column.
 * @param rows - Cells that are safe to show; they may carry colours.
 * @returns lines, each with its end.
 */
export function formatTable(header: readonly string[], rows: ReadonlyArray<readonly string[]>, style: Style): string {
  const widths = header.map((title, column) =>
    rows.reduce((widest, row) => Math.max(widest, columnsOf(row[column] ?? "")), columnsOf(title)),
  );
  return [header.map((title) => style.bold(title)), ...rows].map((row) => `${formatRow(row, widths)}\n`).join("");
}

function formatRow(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(cell))))
    .join("  ")
    .trimEnd();
}

/**
 * Writes what is known of one thing, a line for each fact, values aligned. Facts without a value are left out; a value
 * of several lines goes on below itself.
 *
 * @returns lines, each with its end.
 */
export function formatFacts(facts: ReadonlyArray<readonly [label: string, value: string]>, style: Style): string {
  const known = facts.filter(([, value]) => value !== "");
  const width = known.reduce((widest, [label]) => Math.max(widest, columnsOf(label)), 0);
  const indent = " ".repeat(width + 3);
  return known
    .map(([label, value]) => {
      const gap = " ".repeat(width - columnsOf(label) + 2);
      return `${style.bold(`${label}:`)}${gap}${value.replaceAll("\n", `\n${indent}`)}\n`;
    })
    .join("");
}
