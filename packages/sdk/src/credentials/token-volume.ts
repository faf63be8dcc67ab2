/** Where a PodDefault or a pod mounts the token, unless it says otherwise. */
export const defaultTokenPath = "/var/run/secrets/kubeflow/pipelines/token";

/** What the API asks a token to be for, unless its TOKEN_REVIEW_AUDIENCE says otherwise. */
export const pipelinesAudience = "pipelines.kubeflow.org";

/**
 * What a pod needs so that its token lies at a path: the variable, the volume and where it is mounted.
 *
 * @param path - Of the token's file. For one that is not absolute, or lies in the root, it is the usual place: nothing can be mounted there.
 */
export function tokenVolumeYaml(path: string): string {
  const absolute = /^\/.+\/[^/]+$/.test(path) ? path : defaultTokenPath;
  const slash = absolute.lastIndexOf("/");
  return `spec:
  containers:
    - name: YOUR-CONTAINER
      env:
        - name: KF_PIPELINES_SA_TOKEN_PATH
          value: ${scalar(absolute)}
      volumeMounts:
        - mountPath: ${scalar(absolute.slice(0, slash))}
          name: volume-kf-pipeline-token
          readOnly: true
  volumes:
    - name: volume-kf-pipeline-token
      projected:
        sources:
          - serviceAccountToken:
              path: ${scalar(absolute.slice(slash + 1))}
              expirationSeconds: 7200
              audience: ${pipelinesAudience}`;
}

/** A text as YAML: JSON is YAML. */
function scalar(text: string): string {
  return /^\/?[A-Za-z][\w./-]*$/.test(text) ? text : JSON.stringify(text);
}
