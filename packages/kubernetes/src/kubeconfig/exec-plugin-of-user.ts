import type { ExecPlugin } from "../credentials/exec-plugin.ts";
import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import type { KubeconfigCluster, KubeconfigExec } from "./kubeconfig.ts";
import type { PickedContext } from "./pick-context.ts";
import { besideKubeconfig } from "./read-pem.ts";

const apiVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
/** The extension of a cluster that is meant for exec plugins. */
const CLUSTER_EXTENSION = "client.authentication.k8s.io/exec";
/** The program is told in a variable, and variables are small. Aliases can make little YAML a lot, or have no end. */
const MAX_EXTENSION_VALUES = 10_000;

/**
 * The exec plugin of a user.
 *
 * @throws KubernetesConfigError MALFORMED, UNSUPPORTED
 */
export function execPlugin(
  picked: PickedContext,
  {
    of,
    file,
    exec,
    ca,
  }: {
    readonly of: string;
    readonly file: string;
    readonly exec: KubeconfigExec;
    /** The certificates of the cluster's authority, wherever they came from. */
    readonly ca: string | undefined;
  },
): ExecPlugin {
  const { apiVersion = "", command = "", interactiveMode } = exec;
  if (command === "") throw new KubernetesConfigError("MALFORMED", `The exec of ${of} has no command.`);
  if (!apiVersions.includes(apiVersion)) {
    throw new KubernetesConfigError(
      apiVersion === "" ? "MALFORMED" : "UNSUPPORTED",
      `The exec of ${of} has ${apiVersion === "" ? "no apiVersion" : `the apiVersion ${apiVersion}`}; it must be ${apiVersions.join(" or ")}.`,
    );
  }
  const env: Record<string, string> = {};
  for (const { name, value } of exec.env ?? []) {
    if (!name) throw new KubernetesConfigError("MALFORMED", `The exec of ${of} has a variable in env without a name.`);
    env[name] = value ?? "";
  }
  return {
    user: picked.userName,
    apiVersion,
    // A bare name is looked for on the PATH.
    command: /[/\\]/.test(command) ? besideKubeconfig(file, command) : command,
    args: exec.args ?? [],
    env,
    interactiveMode: interactive(of, apiVersion, interactiveMode),
    installHint: exec.installHint || undefined,
    cluster: exec.provideClusterInfo === true ? clusterInfo(of, picked.cluster.value, ca) : undefined,
  };
}

function interactive(of: string, apiVersion: string, mode: string | undefined): ExecPlugin["interactiveMode"] {
  if (mode === "Never" || mode === "IfAvailable" || mode === "Always") return mode;
  // v1beta1 had none of it first, and kubectl fills in what it then did.
  if (mode === undefined && apiVersion.endsWith("/v1beta1")) return "IfAvailable";
  throw new KubernetesConfigError(
    "MALFORMED",
    `The exec of ${of} ${mode === undefined ? "has no interactiveMode" : `has the interactiveMode "${mode}"`}; it must be Never, IfAvailable or Always.`,
  );
}

function clusterInfo(of: string, cluster: KubeconfigCluster, ca: string | undefined): Record<string, unknown> {
  const config = cluster.extensions?.find(({ name }) => name === CLUSTER_EXTENSION)?.extension;
  if (!hasAtMost(MAX_EXTENSION_VALUES, config)) {
    throw new KubernetesConfigError(
      "MALFORMED",
      `The exec of ${of} is to be told of its cluster, and the extension ${CLUSTER_EXTENSION} of that is larger than a program can be told.`,
    );
  }
  const info: Record<string, unknown> = {
    server: cluster.server,
    "tls-server-name": cluster["tls-server-name"],
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"],
    "certificate-authority-data": ca === undefined ? undefined : Buffer.from(ca).toString("base64"),
    "proxy-url": cluster["proxy-url"],
    config,
  };
  return Object.fromEntries(Object.entries(info).filter(([, value]) => value !== undefined));
}

function hasAtMost(count: number, value: unknown): boolean {
  const waiting: unknown[] = [value];
  for (let left = count; waiting.length > 0; left--) {
    if (left === 0) return false;
    const one = waiting.pop();
    if (typeof one === "object" && one !== null) for (const part of Object.values(one)) waiting.push(part);
  }
  return true;
}
