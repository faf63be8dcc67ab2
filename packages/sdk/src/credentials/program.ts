/** A program that is run for what it prints. It is started without a shell: nothing in its arguments is interpreted. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether it may read from the terminal of this process; what it says is then shown there at once. */
  readonly interactive: boolean;
  /** After that many milliseconds it is ended. */
  readonly timeoutMs: number;
}

/** What a program has left behind. */
export interface ProgramResult {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined;
  /** Whether it was ended because its time was over, or because it printed more than any answer has. */
  readonly stopped: "time" | "size" | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program. Rejects with an error that has the `code` of the system where it cannot be started. */
export type RunProgram = (program: Program) => Promise<ProgramResult>;

/** The longest part of what a program said that is shown: its end, where the reason usually stands. */
const LONGEST_SHOWN = 2_000;
const HIDDEN = "[hidden]";

/**
 * What a program said (its stderr), fit to be shown: without what it printed as its answer, without what looks like a
 * token or a password, and without what could steer a terminal.
 */
export function shownWords({ stderr, stdout }: Pick<ProgramResult, "stderr" | "stdout">): string {
  let words = stderr;
  for (const secret of stdout.split(/[\s"']+/)) {
    if (secret.length >= 8) words = words.replaceAll(secret, HIDDEN);
  }
  return (
    words
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
      .replaceAll(/\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "")
      .replaceAll(/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*/g, HIDDEN)
      .replaceAll(/\b(bearer\s+)\S+/gi, `$1${HIDDEN}`)
      .replaceAll(/((?:token|password|secret)["']?\s*[:=]\s*["']?)[^\s"']+/gi, `$1${HIDDEN}`)
      .trim()
      .slice(-LONGEST_SHOWN)
  );
}
