import { CommandError, UsageError } from "../command-error.ts";

/**
 * What Kubeflow in a box does not do, as an error of the command; anything else stays as it is. Errors are known by their
 * names: the class may be of another bundle.
 */
export function kubeflowFailureOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, fix } = error as { readonly code?: unknown; readonly fix?: unknown };
  const remedy = typeof fix === "string" ? fix : undefined;
  if (error.name === "KubeflowError") {
    return code === "ERR_INVALID" ? new UsageError(error.message, remedy) : new CommandError(error.message, remedy);
  }
  if (error.name === "ObjectError") return new CommandError(error.message, "Mend the files of --rbac.");
  return error;
}

/** The same, where it is about a file of users. */
export function passwordsFailureOf(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "ObjectError") return kubeflowFailureOf(error);
  return new CommandError(error.message, "Mend the file; it was left as it is.");
}
