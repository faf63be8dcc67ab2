import { type AnyOperation, allOperations, runContents, type StatusError } from "@kfp-ts/api";
import type { Handler, Handlers } from "../services/handlers.ts";
import type { RunContents } from "../services/run-contents.ts";
import type { Unserved } from "../services/unserved.ts";
import { serveArtifact, serveDownload, serveLog } from "./content-routes.ts";
import { errorAnswer, uploadErrorAnswer } from "./error-answers.ts";
import type { Answer, Face } from "./exchange.ts";
import { internalRoutes, refuseInternal, serveUiHealth } from "./fixed-routes.ts";
import { serveDocument } from "./openapi-route.ts";
import { type CallerOf, type RouteParts, type Serve, serveOperation } from "./operation-route.ts";
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
    readonly contents: RunContents;
    /** Of this program, for the API document. */
    readonly version: string;
  },
): Router<ApiTarget> {
  const { face, handlers, unserved, contents, version, callerOf } = options;
  const fixed: Array<Route<ApiTarget>> = [
    ...(face === "ml-pipeline-ui" ? uiHealthRoutes(handlers) : []),
    { method: "GET", path: "/apis/v2beta1/openapi.json", target: target("openapi", serveDocument(version)) },
    ...internalRoutes.map(({ path, endpoint }) => ({
      method: "any",
      path,
      target: target("internal", refuseInternal({ face, unserved, endpoint, callerOf })),
    })),
    ...contentRoutes(contents, callerOf),
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

/** Upstream reads artifacts under both versions, and the log under any method. */
function contentRoutes(contents: RunContents, callerOf: CallerOf): ReadonlyArray<Route<ApiTarget>> {
  const { readLog, readArtifact, downloadArtifact } = runContents;
  const artifact = target(readArtifact.id, serveArtifact(contents, callerOf));
  return [
    { method: "any", path: readLog.path, target: target(readLog.id, serveLog(contents, callerOf)) },
    { method: "GET", path: readArtifact.path, target: artifact },
    { method: "GET", path: readArtifact.path.replace("v2beta1", "v1beta1"), target: artifact },
    {
      method: "GET",
      path: downloadArtifact.path,
      target: target(downloadArtifact.id, serveDownload(contents, callerOf)),
    },
  ];
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
