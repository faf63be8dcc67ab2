/** Where a store says what it noticed. A pino logger is one. */
export interface StoreLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Says nothing. */
export const silentLog: StoreLog = { info: () => {}, warn: () => {} };
