import { UsageError } from "../command-error.ts";

/** Where a tunnel is to lead, as somebody has said it; what is missing is looked for. */
export interface TunnelTarget {
  /** The context of the kubeconfig. */
  readonly kubeContext?: string | undefined;
  /** The namespace of the service. */
  readonly namespace?: string | undefined;
  readonly service?: string | undefined;
  /** The service's port, by number or by name. */
  readonly port?: number | string | undefined;
}

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads `service`, `namespace/service` or `kube-context/namespace/service`, with the service's port behind it where one is
 * said: `ml-pipeline:8888`. `svc/` and `service/` before the service are allowed for, as kubectl wants them.
 *
 * @throws UsageError where it is none.
 */
export function readTarget(text: string): TunnelTarget {
  const words = text.split("/");
  const [service = "", port, ...more] = (words.pop() ?? "").split(":");
  if (words.at(-1) === "svc" || words.at(-1) === "service") words.pop();
  const namespace = words.pop();
  // Names of contexts may have slashes themselves: arn:aws:eks:us-east-1:123456789012:cluster/prod
  const kubeContext = words.length > 0 ? words.join("/") : undefined;
  const isGood =
    LABEL.test(service) &&
    more.length === 0 &&
    (namespace === undefined || LABEL.test(namespace)) &&
    kubeContext !== "" &&
    (port === undefined || /^[a-z0-9-]{1,15}$/.test(port));
  if (!isGood) {
    throw new UsageError(
      `"${text}" names no service.`,
      "Say it with its namespace, and its kubeconfig's context before that: kubeflow/ml-pipeline-ui, prod/kubeflow/ml-pipeline-ui",
    );
  }
  return { kubeContext, namespace, service, port: port !== undefined && /^\d+$/.test(port) ? Number(port) : port };
}

/** A target as it is written on a command line. */
export function writeTarget({ kubeContext, namespace, service = "", port }: TunnelTarget): string {
  const path = [kubeContext, namespace, service].filter((word) => word !== undefined).join("/");
  return port === undefined ? path : `${path}:${port}`;
}
