/**
 * Makes calls that come while one is under way share its outcome. For whatever renews a token: twenty refused requests
 * then cause one renewal.
 *
 * @param run - What is to run once at a time.
 *
 * @example
 * import { singleFlight } from "@kfp-ts/sdk";
 *
 * const renew = singleFlight(async () => crypto.randomUUID());
 * const [one, two] = await Promise.all([renew(), renew()]);
 * console.log(one === two); // true
 */
export function singleFlight<T>(run: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => {
    underWay ??= run().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}
