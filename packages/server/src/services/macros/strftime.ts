import { dayName, dayOfYear, hourOfTwelve, monthName, padded } from "./go-time-layout.ts";

/** The week of an instant's year, from 0, whose first day is `firstDay` (0 is Sunday). */
function weekOfYear(at: Date, firstDay: 0 | 1): number {
  return Math.floor((dayOfYear(at) + 6 - ((at.getUTCDay() - firstDay + 7) % 7)) / 7);
}

/** The week of an instant by ISO 8601: weeks begin on Monday, and the first one has the year's first Thursday. */
function isoWeek(at: Date): number {
  const day = at.getUTCDay() || 7;
  const thursday = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 4 - day));
  return Math.ceil(dayOfYear(thursday) / 7);
}

const VERBS: Readonly<Record<string, (at: Date) => string>> = {
  A: dayName,
  a: (at) => dayName(at).slice(0, 3),
  B: monthName,
  b: (at) => monthName(at).slice(0, 3),
  C: (at) => padded(Math.floor(at.getUTCFullYear() / 100), 2),
  c: (at) => formatStrftime(at, "%v %X"),
  D: (at) => formatStrftime(at, "%m/%d/%y"),
  d: (at) => padded(at.getUTCDate(), 2),
  e: (at) => padded(at.getUTCDate(), 2, " "),
  F: (at) => formatStrftime(at, "%Y-%m-%d"),
  H: (at) => padded(at.getUTCHours(), 2),
  h: (at) => monthName(at).slice(0, 3),
  I: (at) => padded(hourOfTwelve(at), 2),
  j: (at) => padded(dayOfYear(at), 3),
  k: (at) => padded(at.getUTCHours(), 2, " "),
  l: (at) => padded(hourOfTwelve(at), 2, " "),
  M: (at) => padded(at.getUTCMinutes(), 2),
  m: (at) => padded(at.getUTCMonth() + 1, 2),
  n: () => "\n",
  p: (at) => (at.getUTCHours() < 12 ? "AM" : "PM"),
  R: (at) => formatStrftime(at, "%H:%M"),
  r: (at) => formatStrftime(at, "%I:%M:%S %p"),
  S: (at) => padded(at.getUTCSeconds(), 2),
  s: (at) => String(Math.floor(at.getTime() / 1000)),
  T: (at) => formatStrftime(at, "%H:%M:%S"),
  t: () => "\t",
  U: (at) => padded(weekOfYear(at, 0), 2),
  u: (at) => String(at.getUTCDay() || 7),
  V: (at) => padded(isoWeek(at), 2),
  v: (at) => formatStrftime(at, "%e-%b-%Y"),
  W: (at) => padded(weekOfYear(at, 1), 2),
  w: (at) => String(at.getUTCDay()),
  X: (at) => formatStrftime(at, "%H:%M:%S"),
  x: (at) => formatStrftime(at, "%m/%d/%y"),
  Y: (at) => padded(at.getUTCFullYear(), 4),
  y: (at) => padded(at.getUTCFullYear() % 100, 2),
  Z: () => "UTC",
  z: () => "+0000",
  "%": () => "%",
};

/** Whether every verb of a strftime format is one that {@link formatStrftime} knows. */
export function isStrftimeFormat(format: string): boolean {
  return [...format.matchAll(/%(.?)/gs)].every(([, verb = ""]) => Object.hasOwn(VERBS, verb));
}

/** Writes an instant as strftime does, in UTC. A verb that is not known is kept as it is. */
export function formatStrftime(at: Date, format: string): string {
  return format.replace(
    /%(.)/gs,
    (whole, verb: string) => (Object.hasOwn(VERBS, verb) ? VERBS[verb]?.(at) : undefined) ?? whole,
  );
}
