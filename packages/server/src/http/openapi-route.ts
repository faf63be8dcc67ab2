import { openApiDocument } from "@kfp-ts/api";
import { jsonAnswer } from "./exchange.ts";
import type { Serve } from "./operation-route.ts";

/**
 * Answers the API document. It is made when it is first asked for, and then kept. Under both prefixes it describes the
 * paths under `/apis`: those of `ml-pipeline-ui` are the same but for its health check.
 */
export function serveDocument(version: string): Serve {
  let document: string | undefined;
  return async () => {
    document ??= JSON.stringify(openApiDocument({ version }));
    return jsonAnswer(200, document);
  };
}
