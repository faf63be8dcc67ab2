import { type Ended, run } from "../../ci/support/run.ts";

/** What `npm run test:cluster` tells the tests. */
function told(name: "KFP_TS_TEST_KUBECONFIG" | "KFP_TS_TEST_KUBECTL" | "KFP_TS_TEST_FORWARD_TO"): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: these tests run under \`npm run test:cluster\`, which starts a cluster.`);
  return value;
}

/** The path of the kubeconfig of a cluster administrator. */
export const kubeconfig = (): string => told("KFP_TS_TEST_KUBECONFIG");

/** The path of a kubectl that fits. */
export const kubectlProgram = (): string => told("KFP_TS_TEST_KUBECTL");

/** The port of this machine to which port 3000 of every pod leads. */
export const forwardTo = (): number => Number(told("KFP_TS_TEST_FORWARD_TO"));

/** Runs kubectl, as the cluster's administrator. @throws with what it said, where it fails */
export async function kubectl(args: readonly string[], stdin = ""): Promise<string> {
  const { code, stdout, stderr } = await runKubectl(args, stdin);
  if (code !== 0) throw new Error(`kubectl ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

/** Runs kubectl and tells how it ended. */
export const runKubectl = (args: readonly string[], stdin = ""): Promise<Ended> =>
  run(kubectlProgram(), [`--kubeconfig=${kubeconfig()}`, ...args], { stdin });

/** Applies objects, as YAML or JSON. */
export const apply = (...objects: readonly (string | object)[]): Promise<string> =>
  kubectl(
    ["apply", "--server-side", "--force-conflicts", "-f", "-"],
    objects.map((object) => (typeof object === "string" ? object : JSON.stringify(object))).join("\n---\n"),
  );

/** A namespace as Kubeflow makes it for a profile, with its service account for pipelines. */
export function profileNamespace(name: string): object[] {
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels: { "app.kubernetes.io/part-of": "kubeflow-profile" } },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default-editor", namespace: name } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "default-editor", namespace: name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "kubeflow-edit" },
      subjects: [{ kind: "ServiceAccount", name: "default-editor", namespace: name }],
    },
  ];
}

/** A token as a kubelet projects it, made through the TokenRequest API. */
export async function createToken(
  namespace: string,
  serviceAccount: string,
  audience = "pipelines.kubeflow.org",
): Promise<string> {
  return (await kubectl(["create", "token", serviceAccount, "-n", namespace, `--audience=${audience}`])).trim();
}

/** Waits until something is so. @throws where it is not after half a minute */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`not so after 30 s: ${what}`);
}
