/** How one question to the cluster is asked. */
export interface ReviewOptions {
  readonly signal?: AbortSignal | undefined;
  /** In milliseconds. @default 10 000 */
  readonly timeoutMs?: number | undefined;
}
