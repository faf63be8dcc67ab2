import { type AnyOperation, allOperations, type StatusError } from "@kfp-ts/api";
import type { Handler, Handlers } from "../services/handlers.ts";
import type { Unserved } from "../services/unserved.ts";
import { errorAnswer, uploadErrorAnswer } from "./error-answers.ts";
import type { Answer, Face } from "./exchange.ts";
import { internalRoutes, refuseArtifactRead, refuseInternal, refuseLog, serveUiHealth } from "./fixed-routes.ts";
import { serveDocument } from "./openapi-route.ts";
import { type RouteParts, type Serve, serveOperation } from "./operation-route.ts";
import { createRouter, type Route, type Router } from "./router.ts";
import { serveUpload } from "./upload-route.ts";

/** What stands behind a path under `/apis`. */
export interface ApiTarget {
  /** In metrics and in the log: the id of the operation, or the name of what is refused. */
  readonly name: string;
  readonly serve: Serve;
  /** How a refusal is put into words here. */
  readonly refuse: (error: StatusError) => Answer;
}

/** Every path under `/apis`, from the table of operations and from what upstream serves beside them. */
export function createApiRouter(
  options: RouteParts & {
    readonly face: Face;
    readonly handlers: Handlers;
    readonly unserved: Unserved;
    /** Of this program, for the API document. */
    readonly version: string;
  },
): Router<ApiTarget> {
  const { face, handlers, unserved, version, callerOf } = options;
  const fixed: Array<Route<ApiTarget>> = [
    ...(face === "ml-pipeline-ui" ? uiHealthRoutes(handlers) : []),
    { method: "GET", path: "/apis/v2beta1/openapi.json", target: target("openapi", serveDocument(version)) },
    ...internalRoutes.map(({ path, endpoint }) => ({
      method: "any",
      path,
      target: target("internal", refuseInternal({ face, unserved, endpoint, callerOf })),
    })),
    ...["v1beta1", "v2beta1"].map((version) => ({
      method: "GET",
      path: `/apis/${version}/runs/{run_id}/nodes/{node_id}/artifacts/{artifact_name}:read`,
      target: target("runs.readArtifact", refuseArtifactRead(unserved, callerOf)),
    })),
    {
      method: "any",
      path: "/apis/v1alpha1/runs/{run_id}/nodes/{node_id}/log",
      target: target("runs.readLog", refuseLog(unserved, callerOf)),
    },
  ];
  return createRouter([...fixed, ...allOperations.map((operation) => operationRoute(operation, handlers, options))]);
}

/** Uploads and health checks answer to every method, because upstream serves them outside its gateway. */
function operationRoute(operation: AnyOperation, handlers: Handlers, parts: RouteParts): Route<ApiTarget> {
  const { id, method, path, upload } = operation;
  const handler = handlerOf(handlers, id);
  if (upload) {
    const serve = serveUpload(operation, handler, parts);
    return { method: "any", path, target: { name: id, serve, refuse: uploadErrorAnswer } };
  }
  const anyMethod = path.endsWith("/healthz");
  return { method: anyMethod ? "any" : method, path, target: target(id, serveOperation(operation, handler, parts)) };
}

function uiHealthRoutes(handlers: Handlers): Array<Route<ApiTarget>> {
  return (["v1beta1", "v2beta1"] as const).flatMap((version) =>
    ["GET", "HEAD"].map((method) => ({
      method,
      path: `/apis/${version}/healthz`,
      target: target("ui.healthz", serveUiHealth(handlers, version)),
    })),
  );
}

function handlerOf(handlers: Handlers, id: string): Handler<AnyOperation> {
  const [resource = "", verb = ""] = id.split(".");
  const all = handlers as unknown as Readonly<Record<string, Readonly<Record<string, Handler<AnyOperation>>>>>;
  const handler = all[resource]?.[verb];
  if (handler === undefined) throw new Error(`The operation ${id} has no handler.`);
  return handler;
}

function target(name: string, serve: Serve): ApiTarget {
  return { name, serve, refuse: errorAnswer };
}
