import { defaultTokenPath, pipelinesAudience, tokenVolumeYaml } from "../credentials/token-volume.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import type { KfpError } from "../errors/kfp-error.ts";
import type { ConnectSource } from "./connect-step.ts";
import type { Target } from "./target.ts";

/** Somebody is asked who they are, and nothing was sent that says it. */
export const wantsIdentity: ReadonlySet<ErrorCode> = new Set([
  "LOGIN_REQUIRED",
  "NO_IDENTITY",
  "UNAUTHENTICATED",
  "MESH_DENIED",
]);

/** What is known of a connection that was refused. */
export interface Refused {
  readonly source: ConnectSource;
  readonly target: Target;
  readonly host: string;
  /** What stands before it, where that is one of Kubeflow's. */
  readonly gateway?: "oauth2-proxy" | "oidc-authservice" | undefined;
  /** Whether anything was sent that says who is asking. */
  readonly authenticated: boolean;
  /** Whether a header names a user: the mesh refuses that from everybody but the gateway. */
  readonly claimsIdentity: boolean;
}

/**
 * What to type next where a server wants to know who is asking and nothing was sent that says it; undefined where the
 * error itself knows better.
 */
export function advice({ code }: KfpError, refused: Refused): string | undefined {
  const { source, target, host, gateway, authenticated } = refused;
  if (!wantsIdentity.has(code) || (code === "MESH_DENIED" && refused.claimsIdentity)) return undefined;
  if (target.context !== undefined && code === "LOGIN_REQUIRED")
    return `Log in: kfp-ts login --context ${target.context}`;
  if (target.credentials !== undefined && code === "LOGIN_REQUIRED") {
    return `The session that is kept for ${host} has ended. Log in again: kfp-ts login ${host}`;
  }
  if (authenticated) return undefined;
  if (source === "pod")
    return `Mount a token with the audience ${pipelinesAudience} into this pod:\n\n${tokenVolumeYaml(defaultTokenPath)}`;
  if (target.tunnel !== undefined && code !== "LOGIN_REQUIRED") return throughTunnel(target);
  if (target.tunnel !== undefined) {
    const { namespace, service } = target.tunnel;
    return `Log in: connect({ service: "${namespace}/${service}", credentials: dexPassword({ username, password }) }), or with browserLogin() in the place of dexPassword.`;
  }
  if (code !== "LOGIN_REQUIRED") {
    return `Pass credentials: connect({ host: "${host}", credentials: bearerToken(token) }), with a token for ${pipelinesAudience} (kubectl create token default-editor --namespace NAMESPACE --audience=${pipelinesAudience}); or go through the gateway of Kubeflow, and log in there: connect({ service: "istio-system/istio-ingressgateway", credentials: dexPassword({ username, password }) })`;
  }
  // The gateway of a full Kubeflow has the API below /pipeline, and nothing at its root that a login could be checked with.
  const endpoint = gateway !== undefined && new URL(host).pathname === "/" ? `${host}/pipeline` : host;
  return `Log in: kfp-ts login ${endpoint} (then await connect() finds the session), or in the program: connect({ host: "${endpoint}", credentials: dexPassword({ username, password }) })`;
}

function throughTunnel({ tunnel }: Target): string {
  const service = `${tunnel?.namespace}/${tunnel?.service}`;
  return (
    `Say who you are with a token for Kubeflow Pipelines: connect({ service: "${service}", ` +
    'credentials: kubernetesToken({ serviceAccount: "default-editor", namespace: "NAMESPACE" }) }); ' +
    'or log in at the gateway: connect({ service: "istio-system/istio-ingressgateway", credentials: dexPassword({ username, password }) })'
  );
}
