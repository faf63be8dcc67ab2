/** A certificate that a client shows, with its key; both PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What one request shows of who asks. */
export interface RequestCredentials {
  /** The whole value of the header `Authorization`. */
  readonly authorization?: string | undefined;
  readonly certificate?: ClientCertificate | undefined;
}

/** Where requests have their credentials from. Asked before every request: tokens change. */
export interface Credentials {
  /**
   * @param signal - Whoever asks waits no more: what is under way for nobody else may be ended.
   * @throws KubernetesConfigError NO_CREDENTIALS
   */
  current(signal?: AbortSignal): Promise<RequestCredentials>;
  /** The server answered 401 to these: what is kept of them must not be given again. */
  refused(given: RequestCredentials): void;
}

/** Credentials that never change. */
export function fixedCredentials(credentials: RequestCredentials): Credentials {
  return { current: async () => credentials, refused: () => undefined };
}

/** Whether a request with the one would be the same as with the other. */
export function sameCredentials(one: RequestCredentials, other: RequestCredentials): boolean {
  return (
    one.authorization === other.authorization &&
    one.certificate?.cert === other.certificate?.cert &&
    one.certificate?.key === other.certificate?.key
  );
}
