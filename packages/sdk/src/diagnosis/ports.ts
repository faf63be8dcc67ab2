import type { Clock } from "../clock.ts";
import type { ConnectOptions } from "../connect/connect-options.ts";
import type { FoundConnection } from "../connect/found-connection.ts";
import type { Config } from "../contexts/context.ts";
import type { Environment } from "../environment.ts";
import type { WhoAmI } from "../resources/who-am-i.ts";
import type { Lookup, ResolvedAddress, TlsOptions } from "../transport/tls-options.ts";
import type { Probes } from "./probes.ts";

/** What a diagnosis needs of where the program runs. */
export interface DiagnosisPorts {
  readonly clock: Clock;
  /** What time it is, in milliseconds since 1970. */
  wallTime(): number;
  readonly env: Environment;
  /** The version of this client. */
  readonly version: string;
  readonly files: FilesPort;
  readonly network: NetworkPort;
  /** Goes the way that `connect()` goes; what is seen of a cluster on it goes to the probes. @throws ConnectError */
  connect(options: ConnectOptions, probes: Probes): Promise<FoundConnection>;
  /** Asks who is asking, and what they may list. @throws KfpError */
  whoAmI(found: FoundConnection, signal: AbortSignal): Promise<WhoAmI>;
}

/** Files that matter for a connection. */
export interface FilesPort {
  /** Where those of this user are; none where there is no home. */
  readonly home: string | undefined;
  /** What this client and Python's keep; undefined where there is no place for it. */
  readonly kept: { readonly config: string; readonly python: string } | undefined;
  /** The saved contexts. @throws KfpError CONTEXT_UNUSABLE */
  config(): Promise<Config>;
  /** Looks at a file; undefined where there is none. Never waits for long: a pipe is no file. */
  look(path: string): Promise<FileLook | undefined>;
}

/** What there is to see of a file. */
export interface FileLook {
  readonly isFile: boolean;
  /** The system's code for why it cannot be read. */
  readonly unreadable: string | undefined;
  readonly size: number;
  /** Whether others on this machine can read it. */
  readonly isOpen: boolean;
  /** Its text, where it is small. */
  readonly text: string | undefined;
}

/** Single steps of a connection. All end by themselves after `timeoutMs`, and at once where `over` is aborted. */
export interface NetworkPort {
  /** @throws an error with the `code` of the system. */
  lookup(hostname: string, timeoutMs: number, lookup: Lookup | undefined): Promise<readonly ResolvedAddress[]>;
  /** Opens a connection, and closes it. @throws an error with the `code` of the system. */
  tcp(address: string, port: number, timeoutMs: number, over: AbortSignal): Promise<void>;
  /** Agrees on TLS with whatever certificate is shown. @throws an error with the `code` of the system. */
  tls(
    at: { readonly address: string; readonly port: number; readonly hostname: string },
    tls: TlsOptions,
    timeoutMs: number,
    over: AbortSignal,
  ): Promise<TlsLook>;
}

/** What a server shows of itself when TLS is agreed on. */
export interface TlsLook {
  readonly protocol: string;
  readonly subject: string;
  readonly names: readonly string[];
  readonly issuer: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** The system's code for why it is not trusted; undefined where it is. */
  readonly problem: string | undefined;
}
