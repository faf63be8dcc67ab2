import type { KubernetesObject, WatchEvent } from "../kubernetes.ts";
import { KubernetesError } from "../kubernetes-error.ts";
import { follow, type WatchSource } from "./follow.ts";
import { type Change, KnownObjects } from "./known-objects.ts";
import { listPages } from "./list-pages.ts";
import { Pauses } from "./pauses.ts";

/** A watch that lasted so long has worked, whether or not anything happened. */
const WORKED_MS = 5_000;

/**
 * Lists a collection and follows it, as `Kubernetes.watch` says. Whatever goes wrong is told and tried again: only the
 * signal ends it.
 *
 * @param path - Of the collection; it may have a query, such as `?labelSelector=…`.
 */
export async function* watchCollection<T extends KubernetesObject>(
  path: string,
  source: WatchSource,
): AsyncGenerator<WatchEvent<T>> {
  const { signal, system } = source;
  const known = new KnownObjects<T>();
  const pauses = new Pauses(system.random);
  const target = splitPath(path);
  let position: string | undefined;
  let synced = false;

  while (!signal.aborted) {
    const began = system.now();
    let pauseMs = 0;
    let told: Error | undefined;
    try {
      if (position === undefined) {
        const listed = await listPages<T>(source.call, target.path, { query: target.query, signal });
        for (const change of known.replace(listed.items)) {
          yield change;
          if (signal.aborted) return;
        }
        position = listed.resourceVersion;
        if (!synced) yield { type: "synced" };
        synced = true;
      }
      for await (const event of follow<T>(target, position, source)) {
        pauses.reset();
        position = event.object.metadata.resourceVersion ?? position;
        if (event.type === "BOOKMARK") continue;
        yield known.apply(event.type, event.object) satisfies Change<T>;
        if (signal.aborted) return;
      }
      // Servers end a watch now and then. One that ends as soon as it begins must not be asked without a pause.
      if (system.now() - began >= WORKED_MS) pauses.reset();
      else pauseMs = pauses.next();
    } catch (error) {
      if (signal.aborted) return;
      const failure = asKubernetesError(error, target.path);
      // The server no longer knows what happened since: everything must be listed again. That is no fault.
      if (failure.status === 410) position = undefined;
      else told = failure;
      if (system.now() - began >= WORKED_MS) pauses.reset();
      pauseMs = pauses.next(failure.retryAfterSeconds);
    }
    if (told !== undefined) yield { type: "interrupted", error: told };
    if (pauseMs > 0) await system.sleep(pauseMs, signal);
  }
}

/** A path without its query, and the query. */
function splitPath(path: string): { readonly path: string; readonly query: Readonly<Record<string, string>> } {
  const [before = "", query = ""] = path.split("?", 2);
  return { path: before, query: Object.fromEntries(new URLSearchParams(query)) };
}

function asKubernetesError(error: unknown, path: string): KubernetesError {
  if (error instanceof KubernetesError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new KubernetesError(`The watch of ${path} was cut: ${detail}. It goes on by itself.`, {
    status: 0,
    cause: error,
  });
}
