import type { FileSessionsOptions } from "../contexts/file-sessions.ts";
import { KfpError } from "../errors/kfp-error.ts";
import type { SessionStore } from "../sessions/session-store.ts";

/**
 * In browsers there are no files: only the name, so that a program for both can import it.
 *
 * @throws KfpError NOT_SUPPORTED_HERE
 *
 * @example
 * import { fileSessions } from "@kfp-ts/sdk";
 *
 * const inNode = typeof process === "object";
 * console.log(inNode ? fileSessions() : undefined);
 */
export function fileSessions(_options?: FileSessionsOptions): SessionStore {
  throw new KfpError("NOT_SUPPORTED_HERE", {
    message: "fileSessions works in Node only.",
    fix: "Leave it out: a browser keeps the session of its user by itself.",
  });
}
