import { TimedOut } from "../http/answer.ts";
import { readStatus } from "../http/refusal.ts";
import type { KubernetesCall, KubernetesObject } from "../kubernetes.ts";
import { KubernetesError } from "../kubernetes-error.ts";
import { onAbort } from "../on-abort.ts";
import type { System } from "../system.ts";
import { lines } from "./lines.ts";

/** The body of an answer as it comes. */
export interface Opened extends AsyncIterable<Buffer> {
  destroy(error?: Error): unknown;
}

/** Where a watch has its answers from. */
export interface WatchSource {
  readonly signal: AbortSignal;
  readonly system: Pick<System, "now" | "sleep" | "random">;
  readonly call: (call: KubernetesCall) => Promise<unknown>;
  /** An answer that goes on. @throws KubernetesError */
  readonly open: (call: KubernetesCall) => Promise<Opened>;
}

/** A line of a watch. A bookmark says only how far the server has come. */
export interface WatchLine<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: T;
}

/** How long one watch is asked to last, in seconds: from here to a minute more, so that not all end at once. */
const SHORTEST_SECONDS = 240;
/** After the server should have ended it, a watch that is silent hangs on a connection that is dead. */
const GRACE_MS = 15_000;

/**
 * The changes of a collection since a version, until the server ends the watch.
 *
 * @throws KubernetesError 410 where the server no longer knows that version; whatever cuts the connection, as it is.
 */
export async function* follow<T extends KubernetesObject>(
  { path, query }: { readonly path: string; readonly query: KubernetesCall["query"] },
  resourceVersion: string,
  { signal, system, open }: WatchSource,
): AsyncGenerator<WatchLine<T>> {
  const timeoutSeconds = SHORTEST_SECONDS + Math.floor(system.random() * 60);
  const asked = { ...query, watch: true, resourceVersion, allowWatchBookmarks: true, timeoutSeconds };
  const body = await open({ method: "GET", path, query: asked, signal });
  const forget = onAbort(signal, () => body.destroy());
  const timer = setTimeout(
    () => body.destroy(new TimedOut("the server has neither sent nor ended anything")),
    timeoutSeconds * 1_000 + GRACE_MS,
  );
  try {
    for await (const line of lines(body)) {
      const { type, object } = parseLine<T>(line);
      if (type === "ERROR") throw refused(object);
      if (type === "ADDED" || type === "MODIFIED" || type === "DELETED" || type === "BOOKMARK") yield { type, object };
    }
  } finally {
    clearTimeout(timer);
    forget();
    body.destroy();
  }
}

function parseLine<T>(line: string): { readonly type: string; readonly object: T } {
  try {
    return JSON.parse(line) as { readonly type: string; readonly object: T };
  } catch {
    // The parser's own error quotes the line, and that may be of a secret.
    throw new Error("the server sent a line that is no JSON");
  }
}

function refused(object: unknown): KubernetesError {
  const { code, reason, message, retryAfterSeconds } = readStatus(object) ?? {
    code: 0,
    reason: "",
    message: "no reason",
  };
  const status = reason === "Expired" || reason === "Gone" ? 410 : code;
  return new KubernetesError(`The server ended the watch: ${message}`, { status, reason, retryAfterSeconds });
}
