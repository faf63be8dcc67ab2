/** Why Kubeflow in a box does not do what it was asked. */
export type KubeflowErrorCode =
  /** The data on disk cannot be used as it is: open to others, somebody else's, damaged, unwritable. */
  | "ERR_DATA"
  /** What was given is not what it has to be. */
  | "ERR_INVALID"
  /** There is one of that name. */
  | "ERR_EXISTS"
  /** There is none of that name. */
  | "ERR_UNKNOWN";

/** Kubeflow in a box does not do what it was asked. The message names the thing and the fact. */
export class KubeflowError extends Error {
  override readonly name = "KubeflowError";
  readonly code: KubeflowErrorCode;
  /** What to do about it. */
  readonly fix: string | undefined;

  constructor(
    code: KubeflowErrorCode,
    message: string,
    options?: ErrorOptions & { readonly fix?: string | undefined },
  ) {
    super(message, options);
    this.code = code;
    this.fix = options?.fix;
  }
}
