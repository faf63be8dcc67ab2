import { wholeEnvironment } from "../environment.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import type { KeptSessions } from "./kept-sessions.ts";

/**
 * Where sessions are kept.
 *
 * @example
 * import { type FileSessionsOptions, fileSessions } from "@kfp-ts/sdk";
 *
 * const options: FileSessionsOptions = { file: "/tmp/kfp-sessions/sessions.json" };
 * console.log(typeof fileSessions(options).load);
 */
export interface FileSessionsOptions {
  /** The file. @default that of the command: `~/.local/state/kfp-ts/sessions.json`, or below XDG_STATE_HOME */
  readonly file?: string | undefined;
}

/**
 * Keeps sessions in a file that is closed to others, as the command `kfp-ts` does: a program goes on with what
 * `kfp-ts login` has begun, and the command with what the program has. Of programs that log in at the same time one does,
 * and the others find its session; a password that was refused to one rests for all. Works in Node only.
 *
 * @throws KfpError from its methods: FILE_UNREADABLE where others can read the file; FILE_UNWRITABLE
 *
 * @example
 * import { Client, dexPassword, fileSessions } from "@kfp-ts/sdk";
 *
 * const credentials = dexPassword({
 *   username: "user@example.com",
 *   password: () => process.env.KUBEFLOW_PASSWORD ?? "",
 *   sessions: fileSessions(),
 * });
 * console.log(new Client({ host: "https://kubeflow.example.com/pipeline", credentials }).host);
 */
export function fileSessions({ file }: FileSessionsOptions = {}): SessionStore {
  let opened: Promise<KeptSessions | undefined> | undefined;
  const store = (): Promise<KeptSessions | undefined> => {
    opened ??= open(file);
    return opened;
  };
  return {
    load: async (key) => (await store())?.load(key),
    save: async (key, session) => (await store())?.save(key, session),
    delete: async (key) => (await store())?.delete(key),
    async whileLoggingIn(work, signal) {
      const opened = await store();
      return opened === undefined ? work() : opened.whileLoggingIn(work, signal);
    },
    refusals: {
      check: async (...refusal) => (await store())?.refusals.check(...refusal),
      refused: async (...refusal) => (await store())?.refusals.refused(...refusal),
      accepted: async (key) => (await store())?.refusals.accepted(key),
    },
  };
}

/** @returns undefined where this user has no home directory: then each program is by itself. */
async function open(file: string | undefined): Promise<KeptSessions | undefined> {
  const { keptSessions, sessionsIn } = await import("./kept-sessions.ts");
  return file === undefined ? keptSessions(wholeEnvironment()) : sessionsIn(file);
}
