const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Writes an instant for people: how long ago within the last week, else the day. */
export function formatTime(date: Date, now: number): string {
  const age = now - date.getTime();
  // Clocks of two machines are never quite the same.
  if (age >= -5000 && age < 5000) return "just now";
  const away = Math.abs(age);
  if (away >= 7 * DAY) return date.toISOString().slice(0, 10);
  const text =
    away < MINUTE
      ? `${Math.floor(away / 1000)}s`
      : away < HOUR
        ? `${Math.floor(away / MINUTE)}m`
        : away < DAY
          ? `${Math.floor(away / HOUR)}h`
          : `${Math.floor(away / DAY)}d`;
  return age < 0 ? `in ${text}` : `${text} ago`;
}

/** Writes an instant for people who look at one thing: the instant in UTC, and how long ago. */
export function formatExactTime(date: Date, now: number): string {
  const exact = date.toISOString().replace(/\.\d+Z$/, "Z");
  const relative = formatTime(date, now);
  return exact.startsWith(relative) ? exact : `${exact} (${relative})`;
}
