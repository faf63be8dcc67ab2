/** It could not be done, and no server is to blame: exit code 1. Says what, and what to do about it. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  /** What to do about it. */
  readonly fix: string | undefined;

  /**
   * @param message - The thing and the fact.
   * @param fix - The remedy, where there is one that can be said.
   */
  constructor(message: string, fix?: string) {
    super(message);
    this.fix = fix;
  }
}

/** What was asked for makes no sense, or lacks what only the caller can say: exit code 2. */
export class UsageError extends CommandError {
  override readonly name = "UsageError";
}
