import type { RequestGuard } from "../ports/request-guard.ts";
import { introductionOf } from "./approach.ts";
import { createGuard, type GuardOptions } from "./guard.ts";

/**
 * Makes the server's guard for what stands before it in the same process.
 *
 * @throws GuardOptionError where an allowed host or origin is not one.
 */
export function createRequestGuard(options: GuardOptions = {}): RequestGuard {
  const guard = createGuard(options);
  return (incoming, { scheme, ignoreFetchSite = false } = {}) => {
    const { approach } = introductionOf(incoming);
    return guard({
      ...approach,
      ...(scheme !== undefined && { scheme }),
      ...(ignoreFetchSite && { fetchSite: undefined }),
    });
  };
}
