const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;
const EARLIEST = new Date("0001-01-01T00:00:00Z").getTime();
const LATEST = new Date("9999-12-31T23:59:59.999Z").getTime();

/** Reads an RFC 3339 instant; undefined where the text is none, or lies outside the years 1 to 9999. */
export function parseTimestamp(text: string): Date | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const day = Number(match[3]);
  const date = new Date(text.toUpperCase());
  const time = date.getTime();
  if (Number.isNaN(time) || time < EARLIEST || time > LATEST) return undefined;
  const daysInMonth = new Date(Date.UTC(2000 + (Number(match[1]) % 400), Number(match[2]), 0)).getUTCDate();
  return day <= daysInMonth ? date : undefined;
}

/** Writes an instant as RFC 3339 in UTC; whole seconds carry no fraction. */
export function formatTimestamp(date: Date): string {
  const text = date.toISOString();
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}
