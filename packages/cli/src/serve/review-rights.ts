import type { Kubernetes } from "@kfp-ts/kubernetes";
import type { Log } from "@kfp-ts/server";
import type { Io } from "../io.ts";

/**
 * Asks a cluster, before a server relies on it, whether it answers and whether the server may have it review. Where it
 * may not, that is told with what gives the right; the server starts all the same, since the right can come later.
 *
 * @throws KubernetesError where the cluster does not answer, or does not know who is asking.
 */
export async function checkReviewRights(
  kubernetes: Kubernetes,
  { io, log }: { readonly io: Io; readonly log: Log },
): Promise<void> {
  const { missingReviewRights } = await import("@kfp-ts/server");
  const { missing, yaml } = await missingReviewRights(kubernetes);
  if (missing.length === 0) return;
  const fact = `the cluster does not let this server create ${missing.join(" and ")}: it can answer 503 only`;
  if (!io.stderr.isTerminal) return log.warn({ missing, apply: yaml }, fact);
  log.warn({}, `${fact} until somebody who administrates the cluster applies this:`);
  io.stderr.write(yaml);
}
