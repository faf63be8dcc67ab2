import { type AnyOperation, encodeResponse, StatusError } from "@kfp-ts/api";
import type { Handler } from "../services/handlers.ts";
import { UploadRefusal } from "../services/upload-refusal.ts";
import { jsonAnswer } from "./exchange.ts";
import { HttpRefusal } from "./http-refusal.ts";
import { FileTooLarge, withUpload } from "./multipart/read-upload.ts";
import { type AnyHandler, queryOf, type RouteParts, type Serve } from "./operation-route.ts";

/** The largest file that can be uploaded, in bytes: upstream's limit. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** What upstream answers where the form cannot be read, and where the file cannot. */
const TEXTS: Readonly<Record<string, { readonly noFile: string; readonly badFile: string }>> = {
  "pipelines.upload": { noFile: "Failed to read pipeline from file", badFile: "Failed to read a pipeline spec file" },
  "pipelineVersions.upload": {
    noFile: "Failed to create a pipeline version",
    badFile: "Failed to create a pipeline version",
  },
};

/** Answers an upload: one file in a multipart form, and everything else in the query. */
export function serveUpload<O extends AnyOperation>(
  operation: O,
  given: Handler<O>,
  { limits, callerOf }: RouteParts,
): Serve {
  const handler = given as unknown as AnyHandler;
  const texts = TEXTS[operation.id];
  if (texts === undefined) throw new Error(`The upload ${operation.id} has no texts.`);

  return async ({ incoming, query }) => {
    let received = false;
    try {
      return await withUpload(incoming, limits, MAX_FILE_BYTES, async (file) => {
        received = true;
        const call = {
          params: {},
          query: queryOf(operation, query),
          body: undefined,
          file,
          caller: callerOf?.(incoming),
        };
        return jsonAnswer(200, encodeResponse(operation.response, (await handler(call)) as never));
      });
    } catch (error) {
      if (error instanceof FileTooLarge || (error instanceof HttpRefusal && error.httpStatus === 413)) {
        const cause = new Error(
          `The file is larger than ${MAX_FILE_BYTES} bytes. Large data belongs into an image or a store.`,
        );
        throw new UploadRefusal("INVALID_ARGUMENT", texts.badFile, "json as text", { cause });
      }
      if (received || !(error instanceof StatusError) || error.code !== "INVALID_ARGUMENT") throw error;
      throw new UploadRefusal("INVALID_ARGUMENT", texts.noFile, "json as text", { cause: error });
    }
  };
}
