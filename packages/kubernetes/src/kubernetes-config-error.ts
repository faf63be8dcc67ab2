/** What is wrong with how a cluster is configured: for programs; people read the message. */
export type KubernetesConfigErrorCode =
  /** Neither a kubeconfig nor the surroundings of a pod. */
  | "NOT_FOUND"
  /** A file that is named and cannot be read. */
  | "UNREADABLE"
  /** A file that is no kubeconfig, or a value in it that cannot be. */
  | "MALFORMED"
  /** `current-context` is not set and no context was asked for. */
  | "NO_CONTEXT"
  /** A context that no kubeconfig has. */
  | "UNKNOWN_CONTEXT"
  /** A context that names a cluster which no kubeconfig has. */
  | "UNKNOWN_CLUSTER"
  /** A context that names a user whom no kubeconfig has. */
  | "UNKNOWN_USER"
  /** Something that kubeconfigs may say and that is not supported here. */
  | "UNSUPPORTED"
  /** Credentials that could not be had: an exec plugin that failed, a token file without a token. */
  | "NO_CREDENTIALS";

/** No cluster could be configured. The message says what was looked at and what to do; it never holds a secret. */
export class KubernetesConfigError extends Error {
  override readonly name = "KubernetesConfigError";
  readonly code: KubernetesConfigErrorCode;
  /** The files and variables that were looked at, in order. */
  readonly lookedAt: readonly string[];

  constructor(
    code: KubernetesConfigErrorCode,
    message: string,
    options: { readonly lookedAt?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.lookedAt = options.lookedAt ?? [];
  }
}
