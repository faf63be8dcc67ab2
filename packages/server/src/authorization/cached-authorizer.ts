import type { Authorizer, Decision, ResourceAttributes } from "../ports/authorizer.ts";
import { type Clock, systemClock } from "../ports/clock.ts";
import { AnswerCache, type AnswerCacheOptions } from "../reviews/answer-cache.ts";

/** How long what was allowed is not asked about again. */
export interface CachedAuthorizerOptions extends Omit<AnswerCacheOptions, "clock"> {
  readonly clock?: Clock | undefined;
}

/** Longer than a question is that names things which exist. Others are not kept: so many of them would be large. */
const MAX_KEY_LENGTH = 2000;

/**
 * Asks an authorizer once at a time for the same thing, and keeps what it allows for a short while. Denials and failures
 * are never kept: a right that was just given holds at once.
 */
export function cachedAuthorizer(authorizer: Authorizer, options: CachedAuthorizerOptions = {}): Authorizer {
  const answers = new AnswerCache<Decision>({ ...options, clock: options.clock ?? systemClock });
  return {
    review: (user, attributes) => {
      const key = keyOf(user, attributes);
      return answers.get(key, async () => {
        const value = await authorizer.review(user, attributes);
        return { value, keepUntil: value.allowed && key.length <= MAX_KEY_LENGTH ? Infinity : 0 };
      });
    },
  };
}

function keyOf(user: string, attributes: ResourceAttributes): string {
  const { namespace, verb, group, version, resource, subresource, name } = attributes;
  return JSON.stringify([user, namespace, verb, group, version, resource, subresource, name]);
}
