/** What is said beside a message: flat, and free of secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the server says what happens; who starts it decides how that is written. A pino logger is one. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Says nothing. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
