import type { AnyOperation } from "@kfp-ts/api";
import type { Credentials, CredentialsRequest } from "../credentials/credentials.ts";
import { isKfpError, KfpError } from "../errors/kfp-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import { onAbort } from "../on-abort.ts";
import type { Transport } from "../transport/transport.ts";
import { checkedHeaders } from "./headers.ts";

/** What credentials are told of how the client connects. */
export interface AskedConnection {
  readonly endpoint: string;
  readonly transport: Transport;
}

/** Asks credentials on behalf of one attempt. */
export class Asking implements CredentialsRequest {
  readonly method: string;
  readonly url: string;
  readonly endpoint: string;
  readonly transport: Transport;
  readonly #operation: AnyOperation;
  readonly #timeoutMs: number;
  readonly #caller: AbortSignal | undefined;
  #signal: AbortSignal | undefined;
  #patienceMs = 0;

  constructor(
    operation: AnyOperation,
    url: string,
    connection: AskedConnection,
    timeoutMs: number,
    caller: AbortSignal | undefined,
  ) {
    this.method = operation.method;
    this.url = url;
    this.endpoint = connection.endpoint;
    this.transport = connection.transport;
    this.#operation = operation;
    this.#timeoutMs = timeoutMs;
    this.#caller = caller;
  }

  /** Made when it is first looked at: most credentials answer at once. */
  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const timeout = AbortSignal.timeout(Math.ceil(Math.max(this.#timeoutMs, this.#patienceMs)));
      this.#signal = this.#caller === undefined ? timeout : AbortSignal.any([this.#caller, timeout]);
    }
    return this.#signal;
  }

  /** What to send along. */
  async headers(credentials: Credentials): Promise<Record<string, string>> {
    this.#patienceMs = credentials.patienceMs ?? 0;
    return checkedHeaders(await this.#answer(() => credentials.headers(this)));
  }

  /** Whether they have something else to offer now. */
  renewed(credentials: Credentials, status: number, sent: Readonly<Record<string, string>>): Promise<boolean> {
    this.#patienceMs = credentials.patienceMs ?? 0;
    const { method, url, endpoint, transport, signal } = this;
    return this.#answer(
      () => credentials.refused?.({ method, url, endpoint, transport, signal, status, sent }) ?? false,
    );
  }

  async #answer<T>(ask: () => T | Promise<T>): Promise<T> {
    try {
      const answer = ask();
      return answer instanceof Promise ? await this.#inTime(answer) : await answer;
    } catch (error) {
      if (this.#caller?.aborted) throw this.#caller.reason;
      if (isKfpError(error)) throw error;
      if (this.#signal?.aborted) {
        const timeoutMs = Math.max(this.#timeoutMs, this.#patienceMs);
        const message = `${this.#operation.id}: the credentials did not answer within ${Math.round(timeoutMs)} ms.`;
        throw new TimeoutError("TIMEOUT", { message, fix: this.#remedy, cause: error }, timeoutMs);
      }
      const message = `${this.#operation.id}: the credentials failed: ${error instanceof Error ? error.message : String(error)}`;
      throw new KfpError("CREDENTIALS_FAILED", { message, cause: error });
    }
  }

  /** Some wait for a person; a login is several requests, and has the time of one. */
  get #remedy(): string {
    if (this.#patienceMs > this.#timeoutMs) {
      return "They wait for a person, for as long as their patienceMs says: call again, and do what they ask for.";
    }
    return (
      "Look whether what they ask, such as a login page or a program, is up. Where it only takes longer, as the several " +
      "requests of a login can: a larger timeoutMs, and a totalTimeoutMs that is no shorter."
    );
  }

  #inTime<T>(answer: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const forget = onAbort(signal, () => reject(signal.reason));
      answer.then(resolve, reject).finally(forget);
    });
  }
}
