import type { Credentials } from "./credentials/credentials.ts";
import { type DexPasswordOptions, dexPassword } from "./credentials/dex-password.ts";
import { parseEndpoint } from "./endpoint.ts";
import { badOption } from "./errors/bad-argument.ts";
import { Client } from "./platform/node-client.ts";
import { nodeHttpTransport } from "./transport/node-http.ts";
import type { TlsOptions } from "./transport/tls-options.ts";

/**
 * Options of {@link KFPClientManager}: those of Kubeflow's page, and what its class has no name for.
 *
 * @example
 * import { KFPClientManager, type KFPClientManagerOptions } from "@kfp-ts/sdk";
 *
 * const options: KFPClientManagerOptions = {
 *   apiUrl: "https://kubeflow.example.com/pipeline",
 *   dexUsername: "user@example.com",
 *   dexPassword: () => process.env.KUBEFLOW_PASSWORD ?? "",
 *   dexAuthType: "ldap",
 *   tls: { caFile: "ca.pem" },
 * };
 * console.log(new KFPClientManager(options) !== undefined);
 */
export interface KFPClientManagerOptions {
  /** The API of Kubeflow Pipelines, behind its gateway: `http://localhost:8080/pipeline`. */
  readonly apiUrl: string;
  readonly dexUsername: string;
  /** The password, or what gives it when a login page asks for it. */
  readonly dexPassword: DexPasswordOptions["password"];
  /** Which connector to use where Dex has several. @default "local" */
  readonly dexAuthType?: "ldap" | "local" | undefined;
  /** Takes any certificate. Whoever is on the way can then read the password. @default false */
  readonly skipTlsVerify?: boolean | undefined;
  /** How the certificate of the gateway is checked, such as with an authority of your own. */
  readonly tls?: TlsOptions | undefined;
  /** The namespace of the client for everything that says none. */
  readonly namespace?: string | undefined;
  /** See {@link DexPasswordOptions}. */
  readonly loginOrigins?: DexPasswordOptions["loginOrigins"];
  /** See {@link DexPasswordOptions}. */
  readonly sessions?: DexPasswordOptions["sessions"];
}

/** How long a new connection may take, and each page of the login, in milliseconds. */
const CONNECT_MS = 10_000;

/**
 * Makes clients that are logged in at Dex, as the class of this name on Kubeflow's page "Connect the Pipelines SDK" does;
 * with the difference that its clients log in again by themselves when their session ends. {@link dexPassword} does the
 * same for a {@link Client} with options of your own.
 *
 * @example
 * import { KFPClientManager } from "@kfp-ts/sdk";
 *
 * const manager = new KFPClientManager({
 *   apiUrl: "http://localhost:8080/pipeline",
 *   dexUsername: "user@example.com",
 *   dexPassword: "12341234",
 *   dexAuthType: "local",
 *   skipTlsVerify: false,
 * });
 * const kfp = await manager.createKfpClient();
 * for await (const experiment of kfp.experiments.list({ namespace: "my-profile-namespace" })) {
 *   console.log(experiment.displayName);
 * }
 */
export class KFPClientManager {
  readonly #host: string;
  readonly #credentials: Credentials;
  readonly #options: KFPClientManagerOptions;
  #client: Promise<Client> | undefined;

  /**
   * Sends nothing.
   *
   * @throws KfpError BAD_OPTION, also for any `dexAuthType` but ldap and local; BAD_ENDPOINT, SECRET_IN_URL
   */
  constructor(options: KFPClientManagerOptions) {
    if (typeof options !== "object" || options === null) throw badOption("The options are no object.");
    const { dexAuthType = "local", skipTlsVerify, tls } = options;
    if (dexAuthType !== "ldap" && dexAuthType !== "local") {
      throw badOption(
        `dexAuthType is ${shown(dexAuthType)}; it must be one of: ldap, local.`,
        'For another connector of Dex: new Client({ host, credentials: dexPassword({ username, password, connector: "…" }) })',
      );
    }
    if (skipTlsVerify !== undefined && typeof skipTlsVerify !== "boolean") {
      throw badOption("skipTlsVerify is neither true nor false.");
    }
    if (skipTlsVerify === true && tls !== undefined) throw badOption("skipTlsVerify and tls exclude each other.");
    this.#host = parseEndpoint(options.apiUrl).url;
    this.#options = options;
    this.#credentials = dexPassword({
      username: options.dexUsername,
      password: options.dexPassword,
      connector: dexAuthType,
      loginOrigins: options.loginOrigins,
      sessions: options.sessions,
    });
  }

  /**
   * Logs in, and gives a client whose calls do not have to. The next call gives the same client: its session is renewed
   * when it ends. After a failure the next call tries anew.
   *
   * @throws KfpError `LOGIN_…`, or what the connection fails with
   */
  createKfpClient(): Promise<Client> {
    this.#client ??= this.#make().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #make(): Promise<Client> {
    const {
      skipTlsVerify,
      tls = skipTlsVerify === true ? { insecureSkipVerify: true } : undefined,
      namespace,
    } = this.#options;
    const transport = nodeHttpTransport({ connectTimeoutMs: CONNECT_MS, ...(tls !== undefined && { tls }) });
    const host = this.#host;
    const client = new Client({ host, transport, credentials: this.#credentials, namespace });
    const signal = new AbortController().signal;
    await this.#credentials.headers({ method: "GET", url: host, endpoint: host, transport, signal });
    return client;
  }
}

function shown(value: unknown): string {
  return typeof value === "string" && /^[\w-]{0,30}$/.test(value) ? JSON.stringify(value) : "something else";
}
