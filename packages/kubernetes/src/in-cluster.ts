import { connectTo } from "./client.ts";
import { tokenFileCredentials } from "./credentials/token-file.ts";
import { environmentProxy } from "./http/environment-proxy.ts";
import type { Kubernetes } from "./kubernetes.ts";
import { KubernetesConfigError } from "./kubernetes-config-error.ts";
import { systemOf } from "./node.ts";
import { type Environment, type System, systemCode } from "./system.ts";

/** Where a kubelet puts what a pod needs to speak to its cluster. */
const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";
const TOKEN = `${FOLDER}/token`;
const CA = `${FOLDER}/ca.crt`;
const NAMESPACE = `${FOLDER}/namespace`;

/** What {@link kubernetesInCluster} looks at, in order. */
export const inClusterTraces: readonly string[] = ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", TOKEN, CA];

/** Options of {@link kubernetesInCluster}; what is left of the machine comes from Node. */
export interface InClusterOptions extends Partial<System> {
  /** The environment: `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`. */
  readonly env: Environment;
}

/**
 * The cluster that this process runs in, in the name of its pod's service account.
 *
 * @throws KubernetesConfigError NOT_FOUND where this is no pod, or one without a token; UNREADABLE, MALFORMED
 */
export async function kubernetesInCluster(options: InClusterOptions): Promise<Kubernetes> {
  const system = systemOf(options);
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = options.env;
  if (host === "" || port === "") {
    throw notInCluster("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so this is no pod.");
  }
  const url = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (!URL.canParse(url)) throw notInCluster("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT name no address.");
  const credentials = tokenFileCredentials({ path: TOKEN, origin: "the pod's service account" }, system);
  await credentials.current().catch((cause: unknown) => {
    if (!(cause instanceof KubernetesConfigError) || systemCode(cause.cause) !== "ENOENT") throw cause;
    const fix = "Remove automountServiceAccountToken: false from the pod or its service account, or use a kubeconfig.";
    throw notInCluster(`The pod has no token of its service account: ${TOKEN} does not exist. ${fix}`);
  });
  const ca = await system.readFile(CA).catch((cause: unknown) => {
    const fact =
      systemCode(cause) === "ENOENT" ? "does not exist" : `cannot be read (${systemCode(cause) || "unknown"})`;
    throw new KubernetesConfigError(
      "UNREADABLE",
      `The certificates of the cluster's authority, ${CA}: the file ${fact}.`,
      {
        lookedAt: [CA],
        cause,
      },
    );
  });
  if (!ca.includes("-----BEGIN CERTIFICATE-----")) {
    throw new KubernetesConfigError("MALFORMED", `The file ${CA} holds no certificate in PEM form.`, {
      lookedAt: [CA],
    });
  }
  // Only a default for what is asked; a pod whose namespace is hidden can do without.
  const namespace = await system.readFile(NAMESPACE).catch(() => "");
  const access = {
    source: "in-cluster",
    context: undefined,
    server: url,
    namespace: namespace.trim() || undefined,
  } as const;
  const endpoint = { url: new URL(url), tls: { ca, insecureSkipVerify: false } };
  const proxy = environmentProxy(endpoint.url, options.env);
  return connectTo({ access, ...endpoint, proxy, credentials, headers: {} }, system);
}

/** Whether this process looks like one in a pod that may speak to its cluster. */
export async function isInCluster({
  env,
  readFile,
}: { env: Environment } & Pick<System, "readFile">): Promise<boolean> {
  if (!env.KUBERNETES_SERVICE_HOST || !env.KUBERNETES_SERVICE_PORT) return false;
  return readFile(TOKEN).then(
    () => true,
    (error: unknown) => systemCode(error) !== "ENOENT",
  );
}

function notInCluster(fact: string): KubernetesConfigError {
  return new KubernetesConfigError("NOT_FOUND", `Not in a cluster: ${fact}`, { lookedAt: inClusterTraces });
}
