import type { Authenticator } from "../ports/authenticator.ts";
import type { Authorizer } from "../ports/authorizer.ts";

/** What a server for many users is given: upstream's MULTIUSER and what goes with it. */
export interface MultiUserOptions {
  /** Asked one after the other, until one knows who is calling. */
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: Authorizer;
  /** Whether everybody may read everything, known or not: upstream's MULTIUSER_SHARED_READ. @default false */
  readonly sharedRead?: boolean | undefined;
  /** Whether there are no pipelines that all share: upstream's REQUIRE_NAMESPACE_FOR_PIPELINES. @default false */
  readonly requireNamespaceForPipelines?: boolean | undefined;
}
