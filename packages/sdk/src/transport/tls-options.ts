/**
 * How the server's certificate is checked.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "https://kubeflow.example.com/pipeline", tls: { caFile: "/etc/ssl/company-ca.pem" } });
 * console.log(kfp.host);
 */
export interface TlsOptions {
  /** A file with the certificates (PEM) of the authorities to trust, instead of those that Node knows. */
  readonly caFile?: string | undefined;
  /** The same certificates as text (PEM); excludes `caFile`. */
  readonly ca?: string | readonly string[] | undefined;
  /**
   * Accepts any certificate. The connection is then open to anybody on the way, tokens included.
   * @default false
   */
  readonly insecureSkipVerify?: boolean | undefined;
}

/**
 * Where a host name is.
 *
 * @example
 * import type { ResolvedAddress } from "@kfp-ts/sdk";
 *
 * const loopback: ResolvedAddress = { address: "127.0.0.1", family: 4 };
 * console.log(loopback);
 */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * Resolves host names, instead of the system's resolver.
 *
 * @example
 * import { Client, type Lookup } from "@kfp-ts/sdk";
 *
 * const lookup: Lookup = async (hostname) =>
 *   hostname === "ml-pipeline-ui.kubeflow" ? [{ address: "127.0.0.1", family: 4 }] : [];
 * const kfp = new Client({ host: "http://ml-pipeline-ui.kubeflow", lookup });
 * console.log(kfp.host);
 */
export type Lookup = (hostname: string) => Promise<readonly ResolvedAddress[]>;
