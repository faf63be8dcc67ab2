/** What is said beside a message: flat, and free of values that could be secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the webhook says what happens. The log of `kfp-ts serve` is one, and so is a pino logger. */
export interface PodDefaultLog {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Says nothing. */
export const silentPodDefaultLog: PodDefaultLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
