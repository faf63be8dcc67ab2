import type { Kubernetes } from "../kubernetes.ts";
import { KubernetesError } from "../kubernetes-error.ts";
import type { ReviewOptions } from "./review-options.ts";

/** The token that is asked for. */
export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Whom it is for; empty: the Kubernetes API itself. */
  readonly audiences?: readonly string[] | undefined;
  /** How long it shall last; at least 600, and the cluster may give less. @default what the cluster gives, an hour */
  readonly expirationSeconds?: number | undefined;
  /** The token ends with this object, a pod or a secret of the same namespace. */
  readonly boundObjectRef?:
    | {
        readonly apiVersion: string;
        readonly kind: string;
        readonly name: string;
        readonly uid?: string | undefined;
      }
    | undefined;
}

/** A token that the cluster made. */
export interface CreatedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * Has the cluster make a token of a service account (TokenRequest), as `kubectl create token` does. It takes the right
 * to `create` `serviceaccounts/token`.
 *
 * @throws KubernetesError
 */
export async function createToken(
  kubernetes: Kubernetes,
  { namespace, serviceAccount, audiences = [], expirationSeconds, boundObjectRef }: TokenRequest,
  { signal, timeoutMs }: ReviewOptions = {},
): Promise<CreatedToken> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(serviceAccount)}/token`;
  const { status } = await kubernetes.call<{
    readonly status?: { readonly token?: string; readonly expirationTimestamp?: string };
  }>({
    method: "POST",
    path,
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { audiences, expirationSeconds, boundObjectRef },
    },
    signal,
    timeoutMs,
  });
  const expiresAt = new Date(status?.expirationTimestamp ?? Number.NaN);
  if (!status?.token || Number.isNaN(expiresAt.getTime())) {
    throw new KubernetesError(`The cluster made no token for ${namespace}/${serviceAccount}: its answer has none.`, {
      status: 0,
    });
  }
  return { token: status.token, expiresAt };
}
