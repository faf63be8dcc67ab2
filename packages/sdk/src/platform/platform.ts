import type { Lookup, TlsOptions } from "../transport/tls-options.ts";
import type { Transport } from "../transport/transport.ts";

/** What the client needs of where it runs. The folder holds one adapter for each place. */
export interface Platform {
  /** Makes the transport that is used when the caller brings none. */
  transport(options: PlatformTransportOptions): Transport;
  /**
   * Opens a file to be read.
   *
   * @throws KfpError FILE_UNREADABLE; NOT_SUPPORTED_HERE where there are no files.
   */
  openFile(path: string): Promise<OpenedFile>;
  /** What the client says it is, or undefined where it may not say it. */
  readonly userAgent: string | undefined;
}

/** Options that only some platforms have a use for. */
export interface PlatformTransportOptions {
  readonly tls: TlsOptions | undefined;
  readonly lookup: Lookup | undefined;
  readonly proxy: string | undefined;
  readonly connectTimeoutMs: number;
}

/** A file to be read. */
export interface OpenedFile {
  /** Its last name. */
  readonly name: string;
  /** Its length in bytes. */
  readonly size: number;
  /** Its content, from the beginning. */
  read(): AsyncIterable<Uint8Array>;
}
