/** The English names that Go writes, whatever the language of the machine. */
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** A number with leading zeros. */
export function padded(value: number, width: number, fill = "0"): string {
  return String(value).padStart(width, fill);
}

/** The name of an instant's day of the week, in UTC. */
export function dayName(at: Date): string {
  return DAYS[at.getUTCDay()] ?? "";
}

/** The name of an instant's month, in UTC. */
export function monthName(at: Date): string {
  return MONTHS[at.getUTCMonth()] ?? "";
}

/** The day of an instant's year, from 1, in UTC. */
export function dayOfYear(at: Date): number {
  return (
    Math.floor(
      (Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()) - Date.UTC(at.getUTCFullYear(), 0, 1)) /
        86_400_000,
    ) + 1
  );
}

/** An instant's hour of a clock that goes to twelve, in UTC. */
export function hourOfTwelve(at: Date): number {
  return at.getUTCHours() % 12 || 12;
}

/** The parts of Go's reference time, longest first where one begins another. */
const PARTS: ReadonlyArray<readonly [string, (at: Date) => string]> = [
  ["January", monthName],
  ["Jan", (at) => monthName(at).slice(0, 3)],
  ["Monday", dayName],
  ["Mon", (at) => dayName(at).slice(0, 3)],
  ["MST", () => "UTC"],
  ["2006", (at) => padded(at.getUTCFullYear(), 4)],
  ["002", (at) => padded(dayOfYear(at), 3)],
  ["01", (at) => padded(at.getUTCMonth() + 1, 2)],
  ["02", (at) => padded(at.getUTCDate(), 2)],
  ["03", (at) => padded(hourOfTwelve(at), 2)],
  ["04", (at) => padded(at.getUTCMinutes(), 2)],
  ["05", (at) => padded(at.getUTCSeconds(), 2)],
  ["06", (at) => padded(at.getUTCFullYear() % 100, 2)],
  ["15", (at) => padded(at.getUTCHours(), 2)],
  ["_2006", (at) => `_${padded(at.getUTCFullYear(), 4)}`],
  ["__2", (at) => padded(dayOfYear(at), 3, " ")],
  ["_2", (at) => padded(at.getUTCDate(), 2, " ")],
  ["PM", (at) => (at.getUTCHours() < 12 ? "AM" : "PM")],
  ["pm", (at) => (at.getUTCHours() < 12 ? "am" : "pm")],
  ["-07:00:00", () => "+00:00:00"],
  ["-07:00", () => "+00:00"],
  ["-070000", () => "+000000"],
  ["-0700", () => "+0000"],
  ["-07", () => "+00"],
  ["Z07:00:00", () => "Z"],
  ["Z07:00", () => "Z"],
  ["Z070000", () => "Z"],
  ["Z0700", () => "Z"],
  ["Z07", () => "Z"],
  ["1", (at) => String(at.getUTCMonth() + 1)],
  ["2", (at) => String(at.getUTCDate())],
  ["3", (at) => String(hourOfTwelve(at))],
  ["4", (at) => String(at.getUTCMinutes())],
  ["5", (at) => String(at.getUTCSeconds())],
];

/**
 * Writes an instant as Go's `time.Format` does, in UTC: the layout is the reference time, Mon Jan 2 15:04:05 2006.
 * Fractions of a second are not known here; a layout that has them keeps them as they are.
 */
export function formatGoTime(at: Date, layout: string): string {
  let text = "";
  for (let index = 0; index < layout.length; ) {
    const part = partAt(layout, index);
    if (part === undefined) {
      text += layout[index];
      index += 1;
    } else {
      text += part[1](at);
      index += part[0].length;
    }
  }
  return text;
}

function partAt(layout: string, index: number): (typeof PARTS)[number] | undefined {
  const part = PARTS.find(([reference]) => layout.startsWith(reference, index));
  // Go takes "Jan" and "Mon" for parts only where no word goes on behind them.
  const short = part?.[0] === "Jan" || part?.[0] === "Mon";
  return short && /[a-z]/.test(layout[index + 3] ?? "") ? undefined : part;
}
