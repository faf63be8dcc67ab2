/** What is said beside a message: flat, and free of secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where Kubeflow in a box says what happens. The log of the server is one. */
export interface KubeflowLog {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Says nothing. */
export const silentKubeflowLog: KubeflowLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
