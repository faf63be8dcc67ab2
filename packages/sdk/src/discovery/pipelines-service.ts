/** The two services through which Kubeflow Pipelines is reached within its cluster. */
const service = /^ml-pipeline(?:-ui)?(?:\.(?<namespace>[a-z0-9-]+)(?<inCluster>\.svc(?:\.cluster\.local)?)?)?$/;

/**
 * Whether a URL names a service of Kubeflow Pipelines within the cluster: `http://ml-pipeline-ui.kubeflow`,
 * `http://ml-pipeline.kubeflow.svc.cluster.local:8888`.
 *
 * @param namespaces - Where it may be deployed, for names such as `ml-pipeline-ui.kubeflow`: outside a cluster somebody
 * may own `ml-pipeline.com`. Any where left out.
 */
export function isPipelinesService(url: string, namespaces?: readonly string[]): boolean {
  const groups = URL.canParse(url) ? service.exec(new URL(url).hostname)?.groups : undefined;
  if (groups === undefined) return false;
  const { namespace, inCluster } = groups;
  return (
    namespaces === undefined || namespace === undefined || inCluster !== undefined || namespaces.includes(namespace)
  );
}
