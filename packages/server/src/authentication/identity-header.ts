import type { Authentication, Authenticator } from "../ports/authenticator.ts";
import { type HeaderTrust, headerTrust } from "./header-trust.ts";

/** How the identity header is read. */
export interface IdentityHeaderOptions {
  /** KFP's `KUBEFLOW_USERID_HEADER`. @default "kubeflow-userid" */
  readonly header?: string | undefined;
  /** What stands before the name; KFP's `KUBEFLOW_USERID_PREFIX`. @default "" */
  readonly prefix?: string | undefined;
  /** What makes it trustworthy: naming it is not trusting it. @default nothing */
  readonly trust?: HeaderTrust | undefined;
}

/** Takes nothing away: with a byte order mark before it, a name is another one. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Believes the header in which a gateway names whom it has logged in, where it may be trusted. Where it may not, it is
 * as if it had not been sent. The texts of refusals are upstream's, where it has one.
 */
export function identityHeader(options: IdentityHeaderOptions = {}): Authenticator {
  const { header = "kubeflow-userid", prefix = "", trust = { by: "nothing" } } = options;
  const name = header.toLowerCase();
  const doubt = headerTrust(trust);
  const absent: Authentication = {
    outcome: "absent",
    reason: "Request header error: there is no user identity header.",
  };

  return {
    async authenticate(claims) {
      const values = claims.header(name);
      if (values.length === 0) return absent;
      const why = await doubt(claims);
      if (why !== undefined) {
        return {
          outcome: "absent",
          reason: `Request header error: the '${header}' header was sent and does not count: ${why}`,
        };
      }
      if (values.length > 1) {
        return refused(`Request header error: unexpected number of '${header}' headers. Expect 1 got ${values.length}`);
      }
      const value = textOf(values[0] ?? "");
      if (value === undefined) return refused(`Header '${header}' is incorrectly formatted. Expected UTF-8`);
      if (value === "") return refused(`Request header error: the '${header}' header is empty`);
      if (!value.startsWith(prefix)) {
        return refused(`Header '${header}' is incorrectly formatted. Expected prefix '${prefix}'`);
      }
      const user = value.slice(prefix.length);
      if (user === "") return refused(`Header '${header}' is incorrectly formatted. Nothing is behind its prefix`);
      return { outcome: "known", identity: { user } };
    },
  };
}

/** The value without what HTTP allows around it. Node gives each byte as a character; names are UTF-8, as everywhere. */
function textOf(value: string): string | undefined {
  const trimmed = value.replace(/^[ \t]+|[ \t]+$/g, "");
  if (/^[\x20-\x7e]*$/.test(trimmed)) return trimmed;
  try {
    return decoder.decode(Buffer.from(trimmed, "latin1"));
  } catch {
    return undefined;
  }
}

function refused(reason: string): Authentication {
  return { outcome: "refused", reason };
}
