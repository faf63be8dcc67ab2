import type { LookupAddress, LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./public-address.ts";
import { refusedAddress } from "./url-policy.ts";

/** Finds all addresses of a name, as `dns.promises.lookup` does with `all`. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/**
 * A `lookup` for a connection that fails where any address of the name is not on the open internet. It is asked when
 * the connection is made, and the connection goes to what it answers: a name that changes in between gains nothing.
 */
export function guardedLookup(resolve: Resolve): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const bad = addresses.find(({ address }) => !isPublicAddress(address));
        const [first] = addresses;
        if (bad !== undefined) return callback(refusedAddress(bad.address), "", 0);
        if (first === undefined) return callback(new Error(`${hostname} has no address`), "", 0);
        if (options.all) return callback(null, [...addresses]);
        return callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, "", 0),
    );
  };
}
