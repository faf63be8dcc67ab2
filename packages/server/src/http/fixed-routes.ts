import { notFound, StatusError, uploadErrorBody } from "@kfp-ts/api";
import type { Handlers } from "../services/handlers.ts";
import { type Answer, type Exchange, jsonAnswer, textAnswer } from "./exchange.ts";
import type { Serve } from "./operation-route.ts";

/**
 * The endpoints through which the Argo back end of a cluster reports. The user interface of Kubeflow Pipelines keeps
 * them from the outside with these words; here there is no such back end, so they are refused everywhere.
 */
export const internalPaths: readonly string[] = ["v1beta1", "v2beta1"].flatMap((version) => [
  `/apis/${version}/workflows`,
  `/apis/${version}/scheduledworkflows`,
  `/apis/${version}/runs/{run_id}:reportMetrics`,
]);

/** Refuses an internal endpoint. */
export const refuseInternal: Serve = async ({ path, query }: Exchange): Promise<Answer> => {
  const url = query === "" ? path : `${path}?${query}`;
  return textAnswer(403, `${url} endpoint is not meant for external usage.`);
};

/**
 * Reading an artifact through the API: upstream can do that only for runs of its v1 Argo templates, which this server
 * does not take. It answers 500 where the run is there; that is the client's mistake, so here it is 400.
 */
export function refuseArtifactRead(handlers: Pick<Handlers, "runs">): Serve {
  return async (_exchange, { run_id: runId = "" }) => {
    if (!(await runExists(handlers, runId))) return plainError(404, "artifact not found: <nil>");
    return plainError(400, "Invalid input error: read artifact from run with v2 IR spec is not supported");
  };
}

/** Reading the log of a node: this server has none, because nothing runs in pods. */
export function refuseLog(handlers: Pick<Handlers, "runs">): Serve {
  return async (_exchange, { run_id: runId = "", node_id: nodeId = "" }) => {
    if (!(await runExists(handlers, runId))) return plainError(404, notFound("Run", runId).message);
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

async function runExists(handlers: Pick<Handlers, "runs">, runId: string): Promise<boolean> {
  try {
    await handlers.runs.get({ params: { runId }, query: {}, body: undefined, file: undefined });
    return true;
  } catch (error) {
    if (error instanceof StatusError && error.code === "NOT_FOUND") return false;
    throw error;
  }
}

/** An error in the shape of artifact reads: JSON that is sent as text, as upstream does. */
function plainError(status: number, message: string): Answer {
  return textAnswer(status, JSON.stringify(uploadErrorBody(message)));
}
