import type { Handlers } from "../services/handlers.ts";
import type { Unserved, UnservedEndpoint } from "../services/unserved.ts";
import { type Face, jsonAnswer, textAnswer } from "./exchange.ts";
import type { CallerOf, Serve } from "./operation-route.ts";

/**
 * The endpoints through which the Argo back end of a cluster reports. The user interface of Kubeflow Pipelines keeps
 * them from the outside with the words of `refuseInternal`; here there is no such back end, so they are refused
 * everywhere.
 */
export const internalRoutes: ReadonlyArray<{ readonly path: string; readonly endpoint: UnservedEndpoint }> = [
  "v1beta1",
  "v2beta1",
].flatMap((version) => [
  { path: `/apis/${version}/workflows`, endpoint: "reportWorkflow" } as const,
  { path: `/apis/${version}/scheduledworkflows`, endpoint: "reportScheduledWorkflow" } as const,
  { path: `/apis/${version}/runs/{run_id}:reportMetrics`, endpoint: "reportMetrics" } as const,
]);

/** Refuses an internal endpoint: of many users, those who could not report to `ml-pipeline` either with its words. */
export function refuseInternal(options: {
  readonly face: Face;
  readonly unserved: Unserved;
  readonly endpoint: UnservedEndpoint;
  readonly callerOf: CallerOf;
}): Serve {
  const { face, unserved, endpoint, callerOf } = options;
  const asks = unserved.multiUser && face === "ml-pipeline";
  return async ({ path, query, incoming }, { run_id: runId }) => {
    if (asks) await unserved.demand(endpoint, callerOf?.(incoming), runId);
    const url = query === "" ? path : `${path}?${query}`;
    return textAnswer(403, `${url} endpoint is not meant for external usage.`);
  };
}

/** What `ml-pipeline-ui` says of itself: the health of `ml-pipeline` under other names, and its own build. */
export function serveUiHealth(handlers: Pick<Handlers, "healthz">, version: "v1beta1" | "v2beta1"): Serve {
  return async () => {
    const {
      commitSha = "",
      tagName = "",
      multiUser,
      pipelineStore,
    } = await handlers.healthz.get({
      params: {},
      query: {},
      body: undefined,
      file: undefined,
    });
    const health = {
      apiServerCommitHash: commitSha,
      apiServerTagName: tagName,
      apiServerMultiUser: multiUser,
      multi_user: multiUser,
      apiServerReady: true,
      buildDate: "",
      frontendCommitHash: commitSha,
      frontendTagName: tagName,
      ...(version === "v2beta1" && { pipelineStore }),
    };
    return jsonAnswer(200, JSON.stringify(health));
  };
}
