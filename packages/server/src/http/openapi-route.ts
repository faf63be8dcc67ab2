import { jsonAnswer } from "./exchange.ts";
import type { Serve } from "./operation-route.ts";

/** Answers the API document. It is made when it is first asked for, and then kept. */
export function serveDocument(version: string): Serve {
  let document: Promise<string> | undefined;
  return async () => {
    document ??= import("@kfp-ts/api").then(({ openApiDocument }) => JSON.stringify(openApiDocument({ version })));
    return jsonAnswer(200, await document);
  };
}
