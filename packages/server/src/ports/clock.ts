/** What time it is. An option of the server, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** The clock of this machine. */
export const systemClock: Clock = { now: () => Date.now() };

/** The time in whole seconds since 1970, as the store keeps it. */
export function secondsOf(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
