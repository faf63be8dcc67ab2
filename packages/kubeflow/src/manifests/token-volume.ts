import type { Comment } from "./manifest.ts";
import { ManifestError } from "./manifest-error.ts";

/** What a token is for and how long it holds, where it is not the usual. */
export interface TokenOptions {
  /** What the API server of Kubeflow Pipelines asks tokens to be for: its `TOKEN_REVIEW_AUDIENCE`. @default "pipelines.kubeflow.org" */
  readonly audience?: string | undefined;
  /** How long a token holds; the kubelet writes a new one before that. Kubernetes takes from 600 on. @default 7200 */
  readonly expirationSeconds?: number | undefined;
}

const FOLDER = "/var/run/secrets/kubeflow/pipelines";
const VOLUME = "volume-kf-pipeline-token";
/** The least and the most that the API server of Kubernetes takes. */
const LEAST = 600;
const MOST = 2 ** 32;

/**
 * The token of the pod's service account as a file, and where clients look for it: what a container and a pod get for it.
 *
 * @throws ManifestError for a time or an audience that Kubernetes refuses.
 */
export function tokenVolume({ audience = "pipelines.kubeflow.org", expirationSeconds = 7200 }: TokenOptions) {
  if (!Number.isInteger(expirationSeconds) || expirationSeconds < LEAST || expirationSeconds > MOST) {
    throw new ManifestError(
      `The token is to hold for ${expirationSeconds} seconds, and Kubernetes takes ${LEAST} to ${MOST}.`,
      "Leave it at 7200: the kubelet renews the token in time.",
    );
  }
  if (audience.trim() === "") {
    throw new ManifestError(
      "The audience of the token is empty: then it would be for the Kubernetes API, and Kubeflow Pipelines refuses it.",
      "Take what TOKEN_REVIEW_AUDIENCE says on the deployment ml-pipeline: usually pipelines.kubeflow.org.",
    );
  }
  return {
    env: [{ name: "KF_PIPELINES_SA_TOKEN_PATH", value: `${FOLDER}/token` }],
    volumeMounts: [{ mountPath: FOLDER, name: VOLUME, readOnly: true }],
    volumes: [
      {
        name: VOLUME,
        projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds, audience } }] },
      },
    ],
  };
}

/**
 * What the fields of a token volume are for.
 *
 * @param container - The way to what has `env` and `volumeMounts`.
 * @param spec - The way to what has `volumes`.
 */
export function tokenComments(container: Comment[0], spec: Comment[0]): Comment[] {
  const token = [...spec, "volumes", 0, "projected", "sources", 0, "serviceAccountToken"];
  return [
    [
      [...container, "env", 0],
      "where clients of Kubeflow Pipelines look for the token (Python's kfp.Client, the Client of @kfp-ts/sdk);\n" +
        "they look there without the variable too, so it only matters where you change the path",
    ],
    [
      [...token, "expirationSeconds"],
      "in seconds, 600 at least; the kubelet puts a new token into the file before the old one ends",
    ],
    [
      [...token, "audience"],
      "has to be what TOKEN_REVIEW_AUDIENCE is on the ml-pipeline deployment: a token for anything else is refused",
    ],
  ];
}
