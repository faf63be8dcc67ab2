import type { Transport } from "../transport/transport.ts";

/**
 * What credentials are asked for.
 *
 * @example
 * import type { Credentials, CredentialsRequest } from "@kfp-ts/sdk";
 *
 * const headers = ({ url }: CredentialsRequest) => ({ "x-asked-for": new URL(url).pathname });
 * const credentials: Credentials = { headers };
 * console.log(typeof credentials.refused);
 */
export interface CredentialsRequest {
  readonly method: string;
  /** The whole URL of the request. Always at the client's own endpoint: credentials go nowhere else. */
  readonly url: string;
  /** The endpoint of the client: what stands before `/apis`, without a slash at the end. */
  readonly endpoint: string;
  /** How the client connects: its certificates, proxy and name resolution. For credentials that have to log in. */
  readonly transport: Transport;
  /** Aborted when the caller gives up, or when the time of the attempt is over. */
  readonly signal: AbortSignal;
}

/**
 * How a server refused what the credentials gave.
 *
 * @example
 * import type { CredentialsRefusal } from "@kfp-ts/sdk";
 *
 * const refused = ({ status, url }: CredentialsRefusal) => {
 *   console.error(`${url} answered ${status}`);
 *   return false;
 * };
 * console.log(refused.length);
 */
export interface CredentialsRefusal extends CredentialsRequest {
  /** The status of the answer: 401, or that of a login page or of a redirection to one. */
  readonly status: number;
  /** The headers that the credentials had given for the refused request. */
  readonly sent: Readonly<Record<string, string>>;
}

/**
 * A request that was sent with what the credentials gave.
 *
 * @example
 * import type { CredentialsSent } from "@kfp-ts/sdk";
 *
 * const accepted = ({ url }: CredentialsSent) => console.log(`${url} took them`);
 * console.log(accepted.length);
 */
export interface CredentialsSent {
  readonly url: string;
  readonly endpoint: string;
  /** The headers that the credentials had given for the request. */
  readonly sent: Readonly<Record<string, string>>;
}

/**
 * Cookies that an answer has set.
 *
 * @example
 * import type { CredentialsAnswer } from "@kfp-ts/sdk";
 *
 * const received = ({ url, setCookies }: CredentialsAnswer) => console.log(`${setCookies.length} cookies of ${url}`);
 * console.log(received.length);
 */
export interface CredentialsAnswer extends CredentialsSent {
  /** The values of the `Set-Cookie` headers. Secrets. */
  readonly setCookies: readonly string[];
}

/**
 * Says who is asking. Asked before every attempt, so what can expire is looked at each time.
 *
 * @example
 * import { Client, type Credentials } from "@kfp-ts/sdk";
 *
 * const cookie: Credentials = { headers: () => ({ cookie: `oauth2_proxy_kubeflow=${process.env.SESSION ?? ""}` }) };
 * console.log(new Client({ host: "http://localhost:8080/pipeline", credentials: cookie }).host);
 */
export interface Credentials {
  /**
   * How long they may take to answer, in milliseconds, where a person has to do something first, such as to log in. The
   * clocks of a call stand still meanwhile. @default no longer than the attempt
   */
  readonly patienceMs?: number;
  /** The headers to add to a request. They win over headers of the same name from options. */
  headers(request: CredentialsRequest): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /**
   * Told when the server refused them. Answers whether `headers` now gives something else; then the request, which had
   * no effect, is sent once more. Many requests can be refused at the same time: renewing once for all of them is the
   * business of the credentials (see {@link singleFlight}).
   */
  refused?(refusal: CredentialsRefusal): boolean | Promise<boolean>;
  /** Told when the API has answered: it has taken them. */
  accepted?(request: CredentialsSent): void;
  /** Until when what they give for an endpoint is valid, as far as they know. */
  endsAt?(endpoint: string): Date | undefined;
  /** Told of cookies that an answer has set, where it has: gateways renew their sessions that way. */
  received?(answer: CredentialsAnswer): void;
}
