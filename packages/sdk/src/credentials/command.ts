import { wholeEnvironment } from "../environment.ts";
import { badOption } from "../errors/bad-argument.ts";
import { commandGaveNothing, commandNotStarted, whyEnded } from "../errors/credentials-command-failure.ts";
import { runNodeProgram } from "../platform/node-program.ts";
import type { Credentials, CredentialsRefusal } from "./credentials.ts";
import { readPrintedToken } from "./printed-token.ts";
import type { Program, RunProgram } from "./program.ts";
import { singleFlight } from "./single-flight.ts";

/**
 * Which program prints the token.
 *
 * @example
 * import { command, type CommandOptions } from "@kfp-ts/sdk";
 *
 * const options: CommandOptions = { command: "gcloud", args: ["auth", "print-identity-token"], timeoutMs: 20_000 };
 * console.log(typeof command(options).headers);
 */
export interface CommandOptions {
  /** The program: its path, or its name on the PATH. */
  readonly command: string;
  /** Given to it as they are: no shell reads them. They are seen by all users of the machine, so no secret goes there. */
  readonly args?: readonly string[] | undefined;
  /** Variables added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Whether it may ask something on the terminal of this process. @default false */
  readonly interactive?: boolean | undefined;
  /** After that many milliseconds it is ended. @default 60 000; 300 000 where it may ask something */
  readonly timeoutMs?: number | undefined;
}

/** What the credentials need of where they are; tests bring their own. */
interface Surroundings {
  readonly environment: () => Readonly<Record<string, string | undefined>>;
  readonly run: RunProgram;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const here: Surroundings = { environment: wholeEnvironment, run: runNodeProgram, now: Date.now };

/** A token is not sent any more so shortly before its end, in milliseconds: it has to arrive, and clocks differ. */
const EARLY_MS = 10_000;
const TIMEOUT_MS = 60_000;
/** Somebody has to read and to type. */
const INTERACTIVE_TIMEOUT_MS = 300_000;

/**
 * Sends the token that an external program prints, as a bearer token: as text, or as the ExecCredential of kubectl's
 * plugins. The program runs when a token is first needed, once however many calls wait for it, and again when the token
 * ends or the server refuses it. Works in Node only.
 *
 * @throws KfpError BAD_OPTION; from calls CREDENTIALS_COMMAND_FAILED, which names the program, how it ended and what it
 * said on stderr, and nothing of what it printed.
 *
 * @example
 * import { Client, command } from "@kfp-ts/sdk";
 *
 * const credentials = command({ command: "gcloud", args: ["auth", "print-identity-token"] });
 * console.log(new Client({ host: "https://kubeflow.example.com/pipeline", credentials }).host);
 */
export function command(options: CommandOptions, surroundings: Surroundings = here): Credentials {
  return new PrintedTokens(programOf(options), surroundings);
}

class PrintedTokens implements Credentials {
  readonly #run: () => Promise<string>;
  readonly #now: () => number;
  #kept: { readonly token: string; readonly endsAt: number } | undefined;

  constructor(
    program: Omit<Program, "env"> & { readonly added: Readonly<Record<string, string>> },
    here: Surroundings,
  ) {
    this.#now = here.now;
    this.#run = singleFlight(async () => {
      const { added, ...rest } = program;
      const spec = { interactive: program.interactive };
      // kubectl's plugins want to be told that it is they who are asked.
      const info = JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", spec });
      const env = { ...here.environment(), KUBERNETES_EXEC_INFO: info, ...added };
      const result = await here.run({ ...rest, env }).catch((cause: unknown) => {
        throw commandNotStarted(program, cause);
      });
      const ended = whyEnded(result, program.timeoutMs);
      if (ended !== undefined) throw commandGaveNothing(program, result, ended);
      const read = readPrintedToken(result.stdout);
      if ("wrong" in read) throw commandGaveNothing(program, result, read.wrong);
      this.#kept = { token: read.token, endsAt: (read.endsAt ?? Number.POSITIVE_INFINITY) - EARLY_MS };
      return read.token;
    });
  }

  async headers(): Promise<{ authorization: string }> {
    const kept = this.#kept;
    return bearer(kept !== undefined && this.#now() < kept.endsAt ? kept.token : await this.#run());
  }

  async refused({ sent }: CredentialsRefusal): Promise<boolean> {
    const kept = this.#kept;
    if (kept !== undefined && bearer(kept.token).authorization !== sent.authorization) return true;
    return bearer(await this.#run()).authorization !== sent.authorization;
  }
}

function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

function programOf(options: CommandOptions) {
  const { command, args = [], env = {}, interactive = false } = options;
  const { timeoutMs = interactive ? INTERACTIVE_TIMEOUT_MS : TIMEOUT_MS } = options;
  const example = 'As in command({ command: "gcloud", args: ["auth", "print-identity-token"] })';
  if (typeof command !== "string" || command.trim() === "" || command.includes("\0")) {
    throw badOption("command is no program.", example);
  }
  const isArgument = (arg: unknown) => typeof arg === "string" && !arg.includes("\0");
  if (!Array.isArray(args) || !args.every(isArgument)) throw badOption("args is no list of texts.", example);
  if (!Number.isFinite(timeoutMs) || timeoutMs <= 0) throw badOption(`timeoutMs is ${timeoutMs}, which is no time.`);
  return { command, args: [...(args as readonly string[])], added: { ...env }, interactive, timeoutMs };
}
