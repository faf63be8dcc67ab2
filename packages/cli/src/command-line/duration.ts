import { UsageError } from "../command-error.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Timers of Node overflow above it. */
const LONGEST = 2 ** 31 - 1;

/**
 * Reads a duration such as `30s`, `1h30m` or `250ms`; a bare number counts seconds.
 *
 * @returns milliseconds, at least 1 and less than 25 days.
 * @throws UsageError where it is none.
 */
export function parseDuration(text: string): number {
  const milliseconds = parseLifetime(text);
  if (milliseconds > LONGEST) throw new UsageError(`"${text}" is too long; the longest is 24d.`);
  return milliseconds;
}

/**
 * Reads a duration as `parseDuration` does, of something that nobody waits for: it may be of any length.
 *
 * @returns milliseconds, at least 1.
 */
export function parseLifetime(text: string): number {
  const spelled = /^\d+(\.\d+)?$/.test(text) ? `${text}s` : text;
  if (!/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(spelled)) {
    throw new UsageError(`"${text}" is not a duration; write it like 30s, 5m, 1h30m or 250ms.`);
  }
  let total = 0;
  for (const [, number, unit = ""] of spelled.matchAll(/([\d.]+)(ms|[smhd])/g)) {
    total += Number(number) * (UNITS[unit] ?? 0);
  }
  const milliseconds = Math.round(total);
  if (milliseconds < 1) throw new UsageError(`"${text}" is no time at all; the shortest is 1ms.`);
  return milliseconds;
}

/** Writes a duration for people, in its two largest units: `1h 30m`, `42s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return milliseconds < 1 ? "0s" : `${Math.round(milliseconds)}ms`;
  const seconds = Math.floor(milliseconds / 1000);
  const parts: ReadonlyArray<readonly [number, string]> = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}
