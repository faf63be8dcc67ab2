import type { Credentials } from "../credentials/credentials.ts";
import type { Variable } from "../environment.ts";
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
  /** Where the program runs. */
  readonly surroundings: Surroundings;
  /** The token that is mounted into the pod in which the program runs. */
  mountedToken(): Credentials;
  /** What the client says it is, or undefined where it may not say it. */
  readonly userAgent: string | undefined;
}

/** What a client looks at when it is made. Small files on this machine: nothing is waited for. */
export interface Surroundings {
  /** The value of an environment variable; undefined where it is empty or not set. */
  variable(name: Variable): string | undefined;
  /** Whether there is something at a path. */
  exists(path: string): boolean;
  /** The text of a small file; undefined where it cannot be read. */
  readNow(path: string): string | undefined;
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
