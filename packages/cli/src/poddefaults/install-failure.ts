import { CommandError, UsageError } from "../command-error.ts";

/** The failures of installing say what to do; some of them are about what was typed. */
export function installFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "PodDefaultInstallError") return error;
  const { code, fix } = error as Error & { readonly code?: unknown; readonly fix?: unknown };
  const remedy = typeof fix === "string" ? fix : undefined;
  return code === "INVALID" ? new UsageError(error.message, remedy) : new CommandError(error.message, remedy);
}
