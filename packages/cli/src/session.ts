import { readFile } from "node:fs/promises";
import { bearerToken, Client, type Credentials, isKfpError, KfpError } from "@kfp-ts/sdk";
import { announcedServers } from "@kfp-ts/server/announce";
import { placeOfAnnouncements } from "./announcements.ts";
import { UsageError } from "./command-error.ts";
import type { SharedValues } from "./command-line/shared-options.ts";
import { chooseEndpoint, foundNote } from "./endpoint.ts";
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
    const { url, found } = await chooseEndpoint(endpoint, () => announcedServers(placeOfAnnouncements(this.io.env)));
    if (found !== undefined) this.note(foundNote(found));
    if (insecureSkipTlsVerify) {
      const style = styleFor(this.io.stderr.isTerminal, this.io.env);
      this.io.stderr.write(
        `${style.yellow("warning:")} certificates are not checked: anybody on the way can read and change everything.\n`,
      );
    }
    return new Client({
      host: url,
      namespace,
      signal: this.signal,
      credentials: credentialsFrom(this.io.env),
      ...(timeout !== undefined && { timeoutMs: timeout, totalTimeoutMs: timeout, uploadTimeoutMs: timeout }),
      ...((caFile !== undefined || insecureSkipTlsVerify) && {
        tls: { caFile, insecureSkipVerify: insecureSkipTlsVerify },
      }),
      ...(verbose && { observer: tellRequests(this.io) }),
    });
  }
}

/**
 * Who is asking, where the environment says it: a token, or the file of one, which is read anew for every request
 * because what renews it rewrites the file. Arguments are no place for secrets: everybody on the machine can read them.
 */
function credentialsFrom(env: Io["env"]): Credentials | undefined {
  if (env.KFP_EXISTING_TOKEN) return credentialsOf(env.KFP_EXISTING_TOKEN);
  const path = env.KF_PIPELINES_SA_TOKEN_PATH;
  return path ? bearerToken(() => readToken(path)) : undefined;
}

function credentialsOf(token: string): Credentials {
  try {
    return bearerToken(token);
  } catch (error) {
    if (!isKfpError(error)) throw error;
    throw new UsageError(
      `KFP_EXISTING_TOKEN: ${error.message}`,
      "Put the token into it and nothing else, without Bearer.",
    );
  }
}

async function readToken(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const fact = code === "ENOENT" ? "there is no such file" : message;
    throw new KfpError("CREDENTIALS_FAILED", { message: `The token ${path} cannot be read: ${fact}.`, cause });
  }
}
