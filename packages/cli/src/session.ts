import { Client, type Credentials } from "@kfp-ts/sdk";
import { announcedServers } from "@kfp-ts/sdk/announcements";
import type { Tunnel } from "@kfp-ts/sdk/tunnels";
import { UsageError } from "./command-error.ts";
import type { SharedOrigins, SharedValues } from "./command-line/shared-options.ts";
import { type Asker, askerOf } from "./contexts/credentials.ts";
import { type Settings, settingsOf } from "./contexts/settings.ts";
import { foundNote } from "./endpoint.ts";
import type { Io } from "./io.ts";
import { printable } from "./output/printable.ts";
import { type Printer, printerFor } from "./output/printer.ts";
import { styleFor } from "./output/style.ts";
import { loginBesideTunnel } from "./tunnels/said.ts";
import { tellRequests } from "./verbose.ts";
import { tellWaiting } from "./waiting.ts";

/** What the commands of one call share: the client, where results go, and what is said beside them. */
export class Session {
  readonly shared: SharedValues;
  /** Who said those. */
  readonly origins: SharedOrigins;
  readonly io: Io;
  readonly printer: Printer;
  /** What is said when Ctrl-C ends the command, where there is something to say. */
  farewell: string | undefined;
  readonly #abort = new AbortController();
  #client: Promise<Client> | undefined;
  #tunnel: Tunnel | undefined;
  #settings: Promise<Settings> | undefined;
  #asker: Promise<Asker> | undefined;

  constructor(shared: SharedValues, origins: SharedOrigins, io: Io) {
    this.shared = shared;
    this.origins = origins;
    this.io = io;
    this.printer = printerFor(shared.output ?? "table", io);
  }

  /** Aborted when the command is asked to stop. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The client of the server that was said or found. */
  client(): Promise<Client> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  /** Says something beside the result: on stderr. */
  note = (text: string): void => {
    this.io.stderr.write(`${printable(text)}\n`);
  };

  /** Ends what is under way. */
  stop(): void {
    if (this.farewell !== undefined) this.io.stderr.write(`\n${this.farewell}\n`);
    this.#abort.abort(new Error("stopped"));
  }

  /** Gives back what the client holds. */
  close(): void {
    void this.#client?.then(
      (client) => client.close(),
      () => undefined,
    );
    void this.#tunnel?.close();
  }

  /** Fulfilled when what a gateway has renewed is kept for the next command. */
  async written(): Promise<void> {
    const asker = await this.#asker?.catch(() => undefined);
    await asker?.login?.written();
  }

  /** What this command works with, and where each of it comes from. */
  settings(): Promise<Settings> {
    this.#settings ??= this.#settingsOf(this.shared, this.origins);
    return this.#settings;
  }

  /**
   * Says the server, as an argument of a command does.
   *
   * @throws UsageError where the option says it as well.
   */
  atEndpoint(endpoint: string): void {
    if (this.origins.endpoint?.kind === "option") {
      throw new UsageError("The endpoint is said twice.", "Leave --endpoint out.");
    }
    const origins: SharedOrigins = { ...this.origins, endpoint: { kind: "option", name: "the argument" } };
    this.#settings = this.#settingsOf({ ...this.shared, endpoint }, origins);
  }

  /** Who is asking, and how that is known. */
  asker(): Promise<Asker> {
    this.#asker ??= this.settings().then((settings) => askerOf(settings, this.shared, this.io));
    return this.#asker;
  }

  /** What to do where a server wants a login; undefined where nobody has looked for a server. */
  async loginRemedy(): Promise<string | undefined> {
    const [settings, asker] = await Promise.all([this.#settings, this.#asker]).catch(() => []);
    if (this.#tunnel !== undefined && settings?.credentialsFrom === undefined) {
      return loginBesideTunnel;
    }
    if (settings?.endpoint === undefined || settings.credentialsFrom !== undefined) return undefined;
    const again = asker?.login === undefined ? "Log in" : "The saved session has ended. Log in again";
    const said =
      settings.context === undefined ? `--endpoint ${settings.endpoint.value}` : `--context ${settings.context.name}`;
    return `${again}: kfp-ts login ${said}`;
  }

  #settingsOf(shared: SharedValues, origins: SharedOrigins): Promise<Settings> {
    return settingsOf({ shared, origins, env: this.io.env }, () => announcedServers(this.io.env));
  }

  async #connect(): Promise<Client> {
    const settings = await this.settings();
    for (const note of settings.notes) this.note(note);
    if (settings.found !== undefined) this.note(foundNote(settings.found));
    const { credentials } = await this.asker();
    if (settings.tunnel !== undefined) return this.#throughTunnel(settings, settings.tunnel, credentials);
    const client = this.clientOf(settings, credentials);
    if (settings.endpoint === undefined) {
      await client.ready({ signal: this.signal });
      this.note(`Using the Kubeflow Pipelines of this cluster on ${client.host}`);
    }
    return client;
  }

  /** A client that goes through a tunnel, which is this command's own and ends with it. */
  async #throughTunnel(
    settings: Settings,
    said: NonNullable<Settings["tunnel"]>,
    credentials: Credentials | undefined,
  ): Promise<Client> {
    const { openTunnelOf } = await import("./tunnels/of-session.ts");
    const { endpointOfTunnel } = await import("@kfp-ts/sdk/tunnels");
    const { shared, io, signal, note } = this;
    const hasCredentials = credentials !== undefined;
    const namespace = settings.namespace?.value;
    const tunnel = await openTunnelOf({ shared, io, signal, hasCredentials, namespace, note }, said);
    this.#tunnel = tunnel;
    return this.clientOf({ ...settings, endpoint: { value: endpointOfTunnel(tunnel), from: said.from } }, credentials);
  }

  /** A client that is set up as the settings say, with credentials of the caller's. */
  clientOf(
    { endpoint, namespace, caFile, insecureSkipVerify }: Settings,
    credentials: Credentials | undefined,
  ): Client {
    const { timeout, verbose } = this.shared;
    // Credentials are asked before the first request is made.
    if (endpoint !== undefined) {
      this.io.waitingFor?.(`${credentials === undefined ? "Connecting to" : "Logging in at"} ${endpoint.value}`);
    }
    if (insecureSkipVerify !== undefined) {
      const style = styleFor(this.io.stderr.isTerminal, this.io.env);
      this.io.stderr.write(
        `${style.yellow("warning:")} certificates are not checked: anybody on the way can read and change everything.\n`,
      );
    }
    return new Client({
      host: endpoint?.value,
      namespace: namespace?.value,
      signal: this.signal,
      credentials,
      ...(timeout !== undefined && { timeoutMs: timeout, totalTimeoutMs: timeout, uploadTimeoutMs: timeout }),
      ...((caFile !== undefined || insecureSkipVerify !== undefined) && {
        tls: { caFile: caFile?.value, insecureSkipVerify: insecureSkipVerify?.value },
      }),
      ...(verbose ? { observer: tellRequests(this.io) } : this.io.waitingFor && { observer: tellWaiting(this.io) }),
    });
  }
}
