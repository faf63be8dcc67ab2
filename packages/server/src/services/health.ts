import { invalidArgument } from "@kfp-ts/api";
import type { Handlers } from "./handlers.ts";
import type { Namespaces } from "./namespaces.ts";

/** What the server says of its build. Upstream says "unknown" where its image was built without saying. */
export interface Build {
  readonly commitSha: string;
  readonly tagName: string;
}

/** The handlers of the health checks and of the v1 access check. */
export function healthHandlers(options: {
  readonly build: Build;
  readonly namespaces: Namespaces;
}): Pick<Handlers, "healthz" | "v1"> {
  const { build, namespaces } = options;
  const { multiUser } = namespaces;
  return {
    healthz: {
      get: async () => ({ ...build, multiUser, pipelineStore: "database" }),
    },
    v1: {
      healthz: async () => ({ ...build, multiUser }),
      /** A single user may do everything; the question still has to be a whole one. */
      auth: async ({ query }) => {
        if (query.namespace === undefined || query.namespace === "") {
          throw invalidArgument("Namespace is empty. Please specify a valid namespace");
        }
        if (query.resources === undefined) {
          throw invalidArgument("Resources not specified. Please specify a valid resources");
        }
        if (query.verb === undefined) throw invalidArgument("Verb not specified. Please specify a valid verb");
        return {};
      },
    },
  };
}
