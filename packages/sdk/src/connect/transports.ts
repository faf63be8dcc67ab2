import type { ClientOptions } from "../client-options.ts";
import { transportOf } from "../kfp-client.ts";
import type { TlsOptions } from "../transport/tls-options.ts";
import type { Transport } from "../transport/transport.ts";
import type { ConnectOptions } from "./connect-options.ts";
import type { ConnectPorts } from "./ports.ts";

/** How servers are reached: one transport for each set of certificates, which the client goes on with. */
export class Transports {
  /** As the caller's options say. */
  readonly usual: Transport;
  readonly #options: ConnectOptions;
  readonly #ports: ConnectPorts;
  readonly #connectTimeoutMs: number | undefined;
  readonly #own: Transport[] = [];

  constructor(options: ConnectOptions, ports: ConnectPorts, withinMs: number) {
    this.#options = options;
    this.#ports = ports;
    // An address that nobody answers at is to be told before the time of connecting is over.
    const brings = options.transport !== undefined || options.fetch !== undefined;
    this.#connectTimeoutMs = brings ? undefined : (options.connectTimeoutMs ?? Math.min(10_000, 0.6 * withinMs));
    this.usual = this.#make(options);
  }

  /**
   * @param tls - Certificates that belong to the target; those that were passed win.
   * @param isLocal - Whether it is this machine: then no proxy is between, nor is a name resolved.
   */
  of({ tls, isLocal }: { readonly tls: TlsOptions | undefined; readonly isLocal: boolean }): Transport {
    const { transport, fetch, ...own } = this.#options;
    const between = isLocal && (own.proxy !== undefined || own.lookup !== undefined);
    const other = own.tls === undefined && tls !== undefined;
    if (transport !== undefined || fetch !== undefined || !(between || other)) return this.usual;
    const { proxy, lookup } = isLocal ? {} : own;
    return this.#make({ tls: own.tls ?? tls, proxy, lookup });
  }

  /**
   * Ends their connections, where nobody goes on with them. Those of a transport that was passed are the caller's.
   *
   * @param kept - With which the client goes on.
   */
  close(kept?: Transport): void {
    for (const transport of this.#own) if (transport !== kept) transport.close?.();
  }

  #make({ tls, proxy, lookup, fetch, transport }: ConnectOptions): Transport {
    const how = transport !== undefined ? { transport } : fetch !== undefined ? { fetch } : undefined;
    const connectTimeoutMs = this.#connectTimeoutMs;
    const made = transportOf((how ?? { tls, proxy, lookup, connectTimeoutMs }) as ClientOptions, this.#ports.platform);
    if (how === undefined) this.#own.push(made);
    return made;
  }
}
