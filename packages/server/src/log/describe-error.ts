/** An error as the log keeps it. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | undefined;
  /** With the stacks of what caused it. */
  readonly stack: string;
}

const MAX_CAUSES = 10;

/** What there is to say of something that was thrown: no other property of it, because those may hold anything. */
export function describeError(thrown: unknown): DescribedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: String(thrown), stack: "" };
  const stacks: string[] = [];
  for (let error: unknown = thrown; error instanceof Error && stacks.length < MAX_CAUSES; error = error.cause) {
    stacks.push(error.stack ?? `${error.name}: ${error.message}`);
  }
  const code = "code" in thrown ? String(thrown.code) : undefined;
  return { type: thrown.name, message: thrown.message, code, stack: stacks.join("\ncaused by ") };
}
