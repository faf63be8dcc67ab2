import { claimsOf } from "../../src/http/claims.ts";
import type { Arrival, Claims } from "../../src/ports/authenticator.ts";

/** A request from another machine over plain TCP: nothing vouches for it. */
export const fromAfar: Arrival = { by: "tcp", fromLoopback: false };

/** What a request claims that has these headers, one after the other, and came like this. */
export function claims(headers: ReadonlyArray<readonly [name: string, value: string]>, arrival = fromAfar): Claims {
  return claimsOf({ rawHeaders: headers.flat() }, arrival);
}
