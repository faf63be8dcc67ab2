import type { Kubernetes, WatchEvent } from "@kfp-ts/kubernetes";
import { type Log, silentLog } from "@kfp-ts/server/ports";
import { POD_DEFAULTS_PATH, type PodDefault } from "../pod-default.ts";
import type { PodDefaultSource } from "../pod-default-source.ts";
import { PodDefaultCache } from "./pod-default-cache.ts";

/** How the PodDefaults of a cluster are followed. */
export interface WatchedPodDefaultsOptions {
  readonly kubernetes: Kubernetes;
  /** @default says nothing */
  readonly log?: Log | undefined;
  /** How long to wait before a watch that ended is begun again, in milliseconds. @default 1000 */
  readonly retryMs?: number | undefined;
}

/**
 * The PodDefaults of a cluster, followed by a watch.
 *
 * Ready once all of them have been read. While the connection is broken, what was last known counts. As long as the
 * CustomResourceDefinition is missing it waits, and says so.
 */
export function watchedPodDefaults({
  kubernetes,
  log = silentLog,
  retryMs = 1000,
}: WatchedPodDefaultsOptions): PodDefaultSource {
  let known = new PodDefaultCache();
  // What a watch gives before it has given everything; only then it takes the place of what was known before.
  let arriving = known;
  const ending = new AbortController();
  let synced = false;
  let trouble: string | undefined;

  const take = (event: WatchEvent<PodDefault>): void => {
    switch (event.type) {
      case "added":
      case "modified":
        arriving.set(event.object);
        break;
      case "deleted":
        arriving.delete(event.object);
        break;
      case "synced":
        if (!synced) log.info({ server: kubernetes.access.server }, "all PodDefaults are read");
        else if (trouble !== undefined) log.info({}, "PodDefaults are followed again");
        synced = true;
        known = arriving;
        trouble = undefined;
        break;
      case "interrupted":
        stumble(event.error);
    }
  };
  const stumble = (error: Error): void => {
    const told = reasonOf(error, kubernetes.access.server);
    if (told !== trouble) log.warn({}, `${told}${synced ? " What was known before still counts." : ""}`);
    trouble = told;
  };
  const follow = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      arriving = new PodDefaultCache();
      try {
        for await (const event of kubernetes.watch<PodDefault>(POD_DEFAULTS_PATH, { signal: ending.signal }))
          take(event);
      } catch (error) {
        if (!ending.signal.aborted) stumble(error instanceof Error ? error : new Error(String(error)));
      }
      await pause(retryMs, ending.signal);
    }
  };
  void follow();

  return {
    inNamespace: (namespace) => known.inNamespace(namespace),
    readiness: () =>
      synced
        ? { ready: true }
        : { ready: false, reason: trouble ?? `The PodDefaults of ${kubernetes.access.server} are still being read.` },
    close: () => ending.abort(),
  };
}

function reasonOf(error: Error, server: string): string {
  const status = "status" in error ? error.status : undefined;
  if (status === 404) {
    return `${server} does not know PodDefaults: their CustomResourceDefinition is missing. \`kfp-ts poddefaults install\` makes it.`;
  }
  if (status === 401 || status === 403) {
    return `${server} does not let PodDefaults be read (they have to be listed and watched in all namespaces): ${error.message}`;
  }
  return `PodDefaults cannot be followed at ${server}: ${error.message}`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
