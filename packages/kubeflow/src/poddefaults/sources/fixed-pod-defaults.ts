import type { PodDefault } from "../pod-default.ts";
import type { PodDefaultSource } from "../pod-default-source.ts";
import { PodDefaultCache } from "./pod-default-cache.ts";

/** PodDefaults that never change. Of two with one name in one namespace, the later one counts. */
export function fixedPodDefaults(podDefaults: readonly PodDefault[]): PodDefaultSource {
  const cache = new PodDefaultCache();
  for (const podDefault of podDefaults) cache.set(podDefault);
  return {
    inNamespace: (namespace) => cache.inNamespace(namespace),
    readiness: () => ({ ready: true }),
    close: () => undefined,
  };
}
