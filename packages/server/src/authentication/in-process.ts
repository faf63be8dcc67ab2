import type { Authentication, Authenticator } from "../ports/authenticator.ts";

const ABSENT: Authentication = { outcome: "absent", reason: "Request header error: there is no user identity header." };
const EMPTY: Authentication = { outcome: "refused", reason: "The gateway in this process gave an empty user name." };

/** Believes a gateway in this process, which gives the name of a user as a value: no header crosses a socket. */
export function inProcessIdentity(): Authenticator {
  return {
    async authenticate({ arrival }) {
      if (arrival.by !== "this process" || arrival.user === undefined) return ABSENT;
      return arrival.user === "" ? EMPTY : { outcome: "known", identity: { user: arrival.user } };
    },
  };
}
