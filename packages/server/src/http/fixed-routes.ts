import { notFound, StatusError, uploadErrorBody } from "@kfp-ts/api";
import type { Handlers } from "../services/handlers.ts";
import type { Unserved, UnservedEndpoint } from "../services/unserved.ts";
import { errorAnswer, messageOf } from "./error-answers.ts";
import { type Answer, type Face, jsonAnswer, textAnswer } from "./exchange.ts";
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

/**
 * Reading an artifact through the API: upstream can do that only for runs of its v1 Argo templates, which this server
 * does not take. It answers 500 where the run is there; that is the client's mistake, so here it is 400.
 */
export function refuseArtifactRead(unserved: Unserved, callerOf: CallerOf): Serve {
  return async ({ incoming }, { run_id: runId = "" }) => {
    try {
      await unserved.demand("readArtifact", callerOf?.(incoming), runId);
    } catch (error) {
      return plainRefusal(error, runId, "artifact not found: <nil>");
    }
    return plainError(400, "Invalid input error: read artifact from run with v2 IR spec is not supported");
  };
}

/** Reading the log of a node: this server has none, because nothing runs in pods. */
export function refuseLog(unserved: Unserved, callerOf: CallerOf): Serve {
  return async ({ incoming }, { run_id: runId = "", node_id: nodeId = "" }) => {
    try {
      await unserved.demand("readLog", callerOf?.(incoming), runId);
    } catch (error) {
      return plainRefusal(error, runId, notFound("Run", runId).message);
    }
    return plainError(
      404,
      `The log of node ${nodeId} of run ${runId} was not found: this server keeps no logs of pods`,
    );
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

/** What came of asking for a run, in the shape of artifact reads. @throws what is no refusal. */
function plainRefusal(error: unknown, runId: string, absent: string): Answer {
  if (!(error instanceof StatusError)) throw error;
  if (error.code === "NOT_FOUND") return plainError(404, absent);
  const plain = plainError(
    error.httpStatus,
    `Failed to authorize the request: Failed to access run ${runId}: ${messageOf(error)}`,
  );
  return { ...plain, headers: { ...errorAnswer(error).headers, ...plain.headers } };
}

/** An error in the shape of artifact reads: JSON that is sent as text, as upstream does. */
function plainError(status: number, message: string): Answer {
  return textAnswer(status, JSON.stringify(uploadErrorBody(message)));
}
