/** How the server's certificate is checked. */
export interface TlsSettings {
  /** Certificates (PEM) of the authorities to trust, instead of those that Node knows. */
  readonly ca?: string | undefined;
  /** Accepts any certificate. */
  readonly insecureSkipVerify: boolean;
  /** The name that the certificate must have, where it is not that of the URL. */
  readonly serverName?: string | undefined;
}
