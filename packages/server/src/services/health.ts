import { invalidArgument, operations } from "@kfp-ts/api";
import { type AccessControl, rightsOf } from "./access.ts";
import type { Handlers } from "./handlers.ts";
import type { Namespaces } from "./namespaces.ts";

/** What the server says of its build. Upstream says "unknown" where its image was built without saying. */
export interface Build {
  readonly commitSha: string;
  readonly tagName: string;
}

/** The verb that a review asks for, by what the access check is asked for. */
const VERBS = { CREATE: "create", GET: "get", DELETE: "delete" } as const;
const viewers = rightsOf({ auth: operations.v1.auth }).auth;

/** The handlers of the health checks and of the v1 access check. */
export function healthHandlers(options: {
  readonly build: Build;
  readonly access?: AccessControl | undefined;
  readonly namespaces: Namespaces;
}): Pick<Handlers, "healthz" | "v1"> {
  const { build, access, namespaces } = options;
  const { multiUser } = namespaces;
  return {
    healthz: {
      get: async () => ({ ...build, multiUser, pipelineStore: "database" }),
    },
    v1: {
      healthz: async () => ({ ...build, multiUser }),
      /** A single user may do everything; the question still has to be a whole one. */
      auth: async ({ query, caller }) => {
        if (query.namespace === undefined || query.namespace === "") {
          throw invalidArgument("Namespace is empty. Please specify a valid namespace");
        }
        if (query.resources === undefined || query.resources === "UNASSIGNED_RESOURCES") {
          throw invalidArgument("Resources not specified. Please specify a valid resources");
        }
        if (query.verb === undefined || query.verb === "UNASSIGNED_VERB") {
          throw invalidArgument("Verb not specified. Please specify a valid verb");
        }
        if (access !== undefined) {
          await access.demand(caller, { ...viewers, verb: VERBS[query.verb] }, query.namespace);
        }
        return {};
      },
    },
  };
}
