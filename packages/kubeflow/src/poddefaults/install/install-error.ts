/**
 * Why the PodDefault webhook is not installed or taken away. Before the first three, nothing in the cluster was changed.
 *
 * - `INVALID`: what was asked for makes no sense.
 * - `REGISTERED`: the cluster has another PodDefault webhook.
 * - `CERTIFICATES`: the place of the certificates cannot be used as it is.
 * - `NOT_SERVED`: the cluster has taken the custom resource, and does not serve it.
 */
export type PodDefaultInstallErrorCode = "INVALID" | "REGISTERED" | "CERTIFICATES" | "NOT_SERVED";

/** The PodDefault webhook is not installed, or not taken away. */
export class PodDefaultInstallError extends Error {
  override readonly name = "PodDefaultInstallError";
  readonly code: PodDefaultInstallErrorCode;
  /** What to do about it. */
  readonly fix: string;

  /**
   * @param message - The thing and the fact.
   * @param fix - The remedy.
   */
  constructor(code: PodDefaultInstallErrorCode, message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.fix = fix;
  }
}
