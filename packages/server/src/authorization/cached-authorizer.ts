import type { Authorizer, Decision, ResourceAttributes } from "../ports/authorizer.ts";
import { type Clock, systemClock } from "../ports/clock.ts";
import { AnswerCache, type AnswerCacheOptions } from "../reviews/answer-cache.ts";

/** How long what was allowed is not asked about again. */
export interface CachedAuthorizerOptions extends Omit<AnswerCacheOptions, "clock"> {
  readonly clock?: Clock | undefined;
}

/**
 * Asks an authorizer once at a time for the same thing, and keeps what it allows for a short while. Denials and failures
 * are never kept: a right that was just given holds at once.
 */
export function cachedAuthorizer(authorizer: Authorizer, options: CachedAuthorizerOptions = {}): Authorizer {
  const answers = new AnswerCache<Decision>({ ...options, clock: options.clock ?? systemClock });
  return {
    review: (user, attributes) =>
      answers.get(keyOf(user, attributes), async () => {
        const value = await authorizer.review(user, attributes);
        return { value, keepUntil: value.allowed ? Infinity : 0 };
      }),
  };
}

function keyOf(user: string, attributes: ResourceAttributes): string {
  const { namespace, verb, group, version, resource, subresource, name } = attributes;
  return JSON.stringify([user, namespace, verb, group, version, resource, subresource, name]);
}
