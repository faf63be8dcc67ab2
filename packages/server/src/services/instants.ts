/** A stored instant (whole seconds since 1970) as the API has it. */
export function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}

/** A stored instant that may not have come yet, which is stored as 0. */
export function laterDateOf(seconds: number): Date | undefined {
  return seconds === 0 ? undefined : dateOf(seconds);
}

/** An instant of the API as it is stored: fractions of a second are cut off, as upstream does. */
export function secondsOfDate(date: Date | undefined): number {
  return date === undefined ? 0 : Math.floor(date.getTime() / 1000);
}
