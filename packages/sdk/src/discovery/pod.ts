import { defaultTokenPath } from "../credentials/token-volume.ts";
import type { Surroundings } from "../platform/platform.ts";

/** The pod in which the program runs. */
export interface Pod {
  /** Its namespace; undefined where nothing is mounted that tells it. */
  readonly namespace: string | undefined;
  /** Whether a token for Kubeflow Pipelines is mounted, or said to be. */
  readonly hasToken: boolean;
}

/** Where Kubernetes writes the namespace of a pod. */
export const namespacePath = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/**
 * The pod in which the program runs; undefined where it runs in none. Kubernetes sets KUBERNETES_SERVICE_HOST in every
 * pod; where a program got no environment (a login by ssh, cron), the mounted namespace tells.
 */
export function ownPod({ variable, exists, readNow }: Surroundings): Pod | undefined {
  if (variable("KUBERNETES_SERVICE_HOST") === undefined && !exists(namespacePath)) return undefined;
  const namespace = readNow(namespacePath)?.trim();
  return {
    // Whatever else stands in the file, it goes into URLs.
    namespace: namespace !== undefined && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(namespace) ? namespace : undefined,
    hasToken: variable("KF_PIPELINES_SA_TOKEN_PATH") !== undefined || exists(defaultTokenPath),
  };
}
