import { openApiDocument } from "@kfp-ts/api";
import { type Face, jsonAnswer } from "./exchange.ts";
import type { Serve } from "./operation-route.ts";

/** Answers the API document. It is made when it is first asked for, and then kept. */
export function serveDocument(version: string, face: Face): Serve {
  let document: string | undefined;
  return async () => {
    document ??= JSON.stringify(openApiDocument({ version, serverUrl: face === "ml-pipeline-ui" ? "/pipeline" : "/" }));
    return jsonAnswer(200, document);
  };
}
