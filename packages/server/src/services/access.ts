import { type Access, type AnyOperation, StatusError } from "@kfp-ts/api";
import type { Claims, Identity } from "../ports/authenticator.ts";
import type { ResourceAttributes } from "../ports/authorizer.ts";
import type { ReviewUnavailableError } from "../ports/review-unavailable.ts";
import { AccessUnavailable } from "./access-unavailable.ts";
import type { MultiUserOptions } from "./multi-user.ts";

/** Lets callers do what they may do. A server for one user has none. */
export interface AccessControl {
  /**
   * Returns where the caller may do something, and throws where not.
   *
   * @param caller - Who says what of who they are; undefined is the same as somebody who says nothing.
   * @param access - What is asked for, from the table of operations.
   * @param namespace - Where. Empty for what is cluster-wide, and for pipelines that all share.
   * @param name - Of the thing; empty where the table has none.
   * @throws StatusError UNAUTHENTICATED or PERMISSION_DENIED with upstream's texts, UNAVAILABLE where nobody could tell.
   */
  demand(caller: Claims | undefined, access: Access, namespace: string, name?: string): Promise<void>;
}

/** The access that each operation on a resource takes, by its verb. */
export function rightsOf<R extends Readonly<Record<string, Pick<AnyOperation, "id" | "access">>>>(
  resource: R,
): { readonly [Verb in keyof R]: Access } {
  return Object.fromEntries(
    Object.entries(resource).flatMap(([verb, { access }]) => (access === "anyone" ? [] : [[verb, access]])),
  ) as { readonly [Verb in keyof R]: Access };
}

/** What upstream answers to everybody whom no authenticator knows, whatever the reason is. */
const NO_IDENTITY = "Failed to check authorization. User identity is empty in the request header";

/** What an authenticator would say that was asked nothing. */
const NO_CLAIMS = "the request says nothing of who sent it";

/**
 * Makes the access control of a server for many users: it finds out who is calling, then asks whether they may.
 *
 * @param options - `systemNamespace` is where reviews ask for pipelines that all share.
 */
export function createAccess(
  options: Pick<MultiUserOptions, "authenticators" | "authorizer" | "sharedRead"> & {
    readonly systemNamespace: string;
  },
): AccessControl {
  const { authenticators, authorizer, sharedRead = false, systemNamespace } = options;

  async function identityOf(caller: Claims | undefined): Promise<Identity> {
    if (caller === undefined) throw unauthenticated([NO_CLAIMS]);
    const reasons: string[] = [];
    for (const authenticator of authenticators) {
      const found = await authenticator.authenticate(caller);
      if (found.outcome === "known") {
        // Whoever has no name would be reviewed as nobody in particular.
        if (found.identity.user !== "") return found.identity;
        reasons.push("the name of the user is empty");
      } else {
        reasons.push(found.reason);
      }
    }
    throw unauthenticated(reasons);
  }

  return {
    async demand(caller, access, namespace, name = "") {
      const { verb, group, version, resource, shared } = access;
      if (sharedRead && (verb === "get" || verb === "list")) return;
      const isShared = shared !== undefined && namespace === "";
      if (isShared && shared === "open") return;
      const attributes: ResourceAttributes = {
        namespace: isShared ? systemNamespace : namespace,
        verb,
        group,
        version,
        resource,
        subresource: "",
        name,
      };
      try {
        const { user } = await identityOf(caller);
        const { allowed, reason } = await authorizer.review(user, attributes);
        if (!allowed) throw denied(user, reason, attributes);
      } catch (error) {
        throw isUnavailable(error) ? new AccessUnavailable(error.retryAfterSeconds, error) : error;
      }
    },
  };
}

/** The text is upstream's, which is the same for all; the reasons stand behind it in the chain. */
function unauthenticated(reasons: readonly string[]): StatusError {
  const different = [...new Set(reasons)];
  const chain = different.length === 1 ? (different[0] as string) : `[${different.join(", ")}]`;
  return new StatusError("UNAUTHENTICATED", NO_IDENTITY, { cause: new StatusError("UNAUTHENTICATED", chain) });
}

/** In upstream's words, down to the way in which Go prints attributes: it is by them that people mend their roles. */
function denied(user: string, reason: string, attributes: ResourceAttributes): StatusError {
  const { namespace, verb, group, version, resource, subresource, name } = attributes;
  return new StatusError(
    "PERMISSION_DENIED",
    `User '${user}' is not authorized with reason: ${reason} (request: &ResourceAttributes{Namespace:${namespace},` +
      `Verb:${verb},Group:${group},Version:${version},Resource:${resource},Subresource:${subresource},Name:${name},` +
      "FieldSelector:nil,LabelSelector:nil,})",
    { cause: new StatusError("PERMISSION_DENIED", "Unauthorized access") },
  );
}

/** By its name: an authenticator of another bundle has a class of its own. */
function isUnavailable(error: unknown): error is ReviewUnavailableError {
  return error instanceof Error && error.name === "ReviewUnavailableError" && "retryAfterSeconds" in error;
}
