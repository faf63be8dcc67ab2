/** What is known of where Kubeflow Pipelines may be deployed. */
export interface DeploymentHints {
  /** The namespace that was said: then nothing is guessed. */
  readonly said: string | undefined;
  /** The namespace of the pod in which the program runs. */
  readonly own: string | undefined;
}

/** The namespaces in which Kubeflow Pipelines may be deployed, the likeliest first. */
export function deploymentNamespaces({ said, own }: DeploymentHints): readonly string[] {
  if (said !== undefined) return [said];
  return [...new Set([...(own === undefined ? [] : [own]), "kubeflow"])];
}

/**
 * Where Kubeflow Pipelines may be within the cluster, the best first: in each namespace `ml-pipeline`, which is the API
 * itself and what Python's client goes to, then `ml-pipeline-ui`, the web server before it, which the documentation of
 * Kubeflow names. A NetworkPolicy or a mesh may let in through one of them only.
 */
export function endpointCandidates(namespaces: readonly string[]): readonly string[] {
  return namespaces.flatMap((namespace) => [
    `http://ml-pipeline.${namespace}:8888`,
    `http://ml-pipeline-ui.${namespace}`,
  ]);
}
