import { Client } from "@kfp-ts/sdk";
import { announcedServers } from "@kfp-ts/server/announce";
import { placeOfAnnouncements } from "./announcements.ts";
import type { SharedValues } from "./command-line/shared-options.ts";
import { credentialsFrom } from "./credentials.ts";
import { chooseEndpoint, foundNote, isInPod } from "./endpoint.ts";
import type { Io } from "./io.ts";
import { printable } from "./output/printable.ts";
import { type Printer, printerFor } from "./output/printer.ts";
import { styleFor } from "./output/style.ts";
import { tellRequests } from "./verbose.ts";

/** What the commands of one call share: the client, where results go, and what is said beside them. */
export class Session {
  readonly shared: SharedValues;
  readonly io: Io;
  readonly printer: Printer;
  /** What is said when Ctrl-C ends the command, where there is something to say. */
  farewell: string | undefined;
  readonly #abort = new AbortController();
  #client: Promise<Client> | undefined;

  constructor(shared: SharedValues, io: Io) {
    this.shared = shared;
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
  }

  async #connect(): Promise<Client> {
    const { endpoint, namespace, timeout, caFile, insecureSkipTlsVerify, verbose } = this.shared;
    const credentials = credentialsFrom(this.shared, this.io.env);
    const { url, found } = await chooseEndpoint(endpoint, () => announcedServers(placeOfAnnouncements(this.io.env)), {
      hasCredentials: credentials !== undefined,
      inPod: isInPod(this.io.env),
    });
    if (found !== undefined) this.note(foundNote(found));
    if (insecureSkipTlsVerify) {
      const style = styleFor(this.io.stderr.isTerminal, this.io.env);
      this.io.stderr.write(
        `${style.yellow("warning:")} certificates are not checked: anybody on the way can read and change everything.\n`,
      );
    }
    const client = new Client({
      host: url,
      namespace,
      signal: this.signal,
      credentials,
      ...(timeout !== undefined && { timeoutMs: timeout, totalTimeoutMs: timeout, uploadTimeoutMs: timeout }),
      ...((caFile !== undefined || insecureSkipTlsVerify) && {
        tls: { caFile, insecureSkipVerify: insecureSkipTlsVerify },
      }),
      ...(verbose && { observer: tellRequests(this.io) }),
    });
    if (url === undefined) {
      await client.ready({ signal: this.signal });
      this.note(`Using the Kubeflow Pipelines of this cluster on ${client.host}`);
    }
    return client;
  }
}
