import { type Access, notFound, pipelinesAccess } from "@kfp-ts/api";
import type { Claims } from "../ports/authenticator.ts";
import type { Store } from "../ports/store.ts";
import type { AccessControl } from "./access.ts";
import type { Namespaces } from "./namespaces.ts";

const onRun = { scope: "namespace of the resource", name: "workflow name" } as const;
const onCluster = { scope: "cluster", name: "none" } as const;

/**
 * The access that upstream's endpoints take that are no operations of the table, because they are refused here. It is
 * asked for all the same, so that nobody learns from a refusal what they may not know.
 */
export const unservedAccess = {
  reportMetrics: pipelinesAccess("runs", "reportMetrics", onRun),
  reportWorkflow: pipelinesAccess("workflows", "report", onCluster),
  reportScheduledWorkflow: pipelinesAccess("scheduledworkflows", "report", onCluster),
} as const satisfies Readonly<Record<string, Access>>;

/** An endpoint of upstream that is refused here. */
export type UnservedEndpoint = keyof typeof unservedAccess;

/** Says whether a caller may be told that an endpoint is not served. */
export interface Unserved {
  /** Whether anybody is asked who they are. */
  readonly multiUser: boolean;
  /**
   * Returns where the caller may use an endpoint.
   *
   * @param runId - Of the run that it is about; undefined where it is about none.
   * @throws StatusError NOT_FOUND where there is no such run; what AccessControl throws.
   */
  demand(endpoint: UnservedEndpoint, caller: Claims | undefined, runId?: string): Promise<void>;
}

/** Makes what the routes ask before they refuse. */
export function unservedEndpoints(options: {
  readonly store: Pick<Store, "runs">;
  readonly access?: AccessControl | undefined;
  readonly namespaces: Namespaces;
}): Unserved {
  const { store, access, namespaces } = options;
  return {
    multiUser: namespaces.multiUser,
    async demand(endpoint, caller, runId) {
      const right = unservedAccess[endpoint];
      if (runId === undefined) return access?.demand(caller, right, "");
      const run = await store.runs.get(runId);
      if (run === undefined) throw notFound("Run", runId);
      await access?.demand(caller, right, namespaces.of("run", run.namespace), run.name);
    },
  };
}
