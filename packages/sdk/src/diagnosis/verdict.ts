import type { Connection } from "../connect/connection.ts";
import { type ErrorCode, errorCatalogue, pageOf } from "../errors/catalogue.ts";
import type { KfpError } from "../errors/kfp-error.ts";
import type { Refusal } from "./access.ts";
import type { Verdict } from "./diagnosis.ts";

/** From how many milliseconds on a difference of clocks may be the reason for a refusal. */
export const CLOCKS_MS = 60_000;

/** What looks ended, or not valid yet, where two clocks differ. */
const aboutTime: ReadonlySet<ErrorCode> = new Set(["TOKEN_EXPIRED", "TOKEN_REFUSED", "TLS_EXPIRED", "CLOCKS_DIFFER"]);

/** All is well. */
export function wellConnected({ host, identity, namespace, why, multiUser }: Connection): Verdict {
  const as = multiUser ? ` as ${identity ?? "somebody whom the server does not name"}` : "";
  const where = multiUser && namespace !== undefined ? `, in the namespace ${namespace}` : "";
  return {
    ok: true,
    code: undefined,
    cause: `All is well: connected to ${host}${as}${where}. ${why}`,
    fix: multiUser && namespace === undefined ? "Say a namespace for calls that need one." : undefined,
    docs: undefined,
  };
}

/** Connected, at another path of the same server than was given: whoever uses the given one as it is, is not. */
export function elsewhere({ host }: Connection, given: string): Verdict {
  return {
    ok: false,
    code: "WRONG_PATH",
    cause: `The API is there, at another path: ${given} was given, and it answers at ${host}.`,
    fix: `Use the endpoint ${host}`,
    docs: pageOf("WRONG_PATH"),
  };
}

/** Connected, and not allowed to do what is usual. */
export function refusedThere({ code, cause, fix }: Refusal): Verdict {
  return { ok: false, code, cause, fix, docs: pageOf(code) };
}

/** Not connected: in the words of the error, unless what else was seen explains it better. */
export function notConnected({ code, message, fix }: KfpError, clockAheadMs: number | undefined): Verdict {
  if (clockAheadMs !== undefined && Math.abs(clockAheadMs) > CLOCKS_MS && aboutTime.has(code)) {
    return {
      ok: false,
      code: "CLOCKS_DIFFER",
      cause: `${clocks(clockAheadMs)}, and what was refused depends on the time: ${message}`,
      fix: errorCatalogue.CLOCKS_DIFFER.remedy,
      docs: pageOf("CLOCKS_DIFFER"),
    };
  }
  return { ok: false, code, cause: message, fix, docs: pageOf(code) };
}

/** How far apart two clocks are, in words. */
export function clocks(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const far = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
  return `the server's clock is ${far} ${aheadMs < 0 ? "behind" : "ahead of"} that of this machine`;
}
