/** What the exit codes of the command mean. `docs/command.md` lists them; they do not change. */
export const exitCodes = {
  /** It did what it was asked to. */
  done: 0,
  /** It could not: the server refused, or something else went wrong. */
  failed: 1,
  /** What was asked for makes no sense, or something is missing that only the caller can say. */
  wrongUsage: 2,
  /** There was no connection to the server, or it broke. */
  cannotConnect: 3,
  /** The server wants to know who is asking, or does not allow it. */
  notAllowed: 4,
  /** A run that was watched ended FAILED or CANCELED. */
  runFailed: 5,
  /** Ctrl-C. */
  interrupted: 130,
  /** SIGTERM. */
  terminated: 143,
} as const;

/** An exit code of the command. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
