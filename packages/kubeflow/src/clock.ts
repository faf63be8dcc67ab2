/** What time it is. An option of everything here that depends on it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}
