import { runContents, StatusError, uploadErrorBody } from "@kfp-ts/api";
import type { RunContents } from "../services/run-contents.ts";
import { base64Object } from "./base64-object.ts";
import { errorAnswer, messageOf } from "./error-answers.ts";
import { type Answer, textAnswer } from "./exchange.ts";
import { type CallerOf, queryOf, type Serve } from "./operation-route.ts";

/** The log of a task, as it is; with `follow` until the task has ended. */
export function serveLog(contents: RunContents, callerOf: CallerOf): Serve {
  return async ({ incoming, query }, { run_id: runId = "", node_id: node = "" }) => {
    const { follow = false, attempt } = queryOf(runContents.readLog, query) as {
      readonly follow?: boolean;
      readonly attempt?: number;
    };
    const ended = new AbortController();
    try {
      const options = { attempt: attempt || undefined, follow, signal: ended.signal };
      const body = await contents.log(callerOf?.(incoming), { runId, node }, options);
      return { ...textAnswer(200, ""), body: { content: body, end: () => ended.abort() } };
    } catch (error) {
      return plainRefusal(error, runId, (absent) => absent);
    }
  };
}

/** An artifact as upstream gives it: an object with its content in base64. */
export function serveArtifact(contents: RunContents, callerOf: CallerOf): Serve {
  return async ({ incoming, query }, params) => {
    const { run_id: runId = "", node_id: node = "", artifact_name: name = "" } = params;
    try {
      const caller = callerOf?.(incoming);
      const { content } = await contents.artifact(caller, { runId, node }, name, indexIn(query));
      return { status: 200, headers: { "content-type": "application/json" }, body: { content: base64Object(content) } };
    } catch (error) {
      return plainRefusal(error, runId, (absent) => (absent.startsWith("Run ") ? "artifact not found: <nil>" : absent));
    }
  };
}

/** An artifact as it is, to be saved: a browser is never to show what a task has made as a page of this server. */
export function serveDownload(contents: RunContents, callerOf: CallerOf): Serve {
  return async ({ incoming, query }, params) => {
    const { run_id: runId = "", node_id: node = "", artifact_name: name = "" } = params;
    try {
      const caller = callerOf?.(incoming);
      const { content, size, fileName } = await contents.artifact(caller, { runId, node }, name, indexIn(query));
      const headers = {
        "content-type": "application/octet-stream",
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
        ...(size !== undefined && { "content-length": String(size) }),
      };
      return { status: 200, headers, body: { content } };
    } catch (error) {
      return plainRefusal(error, runId, (absent) => absent);
    }
  };
}

function indexIn(query: string): number {
  return (queryOf(runContents.readArtifact, query) as { readonly index?: number }).index ?? 0;
}

/** Why a content is not given, in the shape of upstream's artifact reads. @throws what is no refusal. */
function plainRefusal(error: unknown, runId: string, absent: (message: string) => string): Answer {
  if (!(error instanceof StatusError)) throw error;
  if (error.code === "NOT_FOUND") return plainError(404, absent(error.message));
  if (error.code === "INVALID_ARGUMENT") return plainError(400, error.message);
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
