import { environmentProxy } from "../http/environment-proxy.ts";
import { type ProxyAddress, parseProxy } from "../http/proxy-address.ts";
import type { TlsSettings } from "../http/tls-settings.ts";
import type { Endpoint } from "../http/transport.ts";
import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import type { Environment, System } from "../system.ts";
import type { KubeconfigCluster, Origin } from "./kubeconfig.ts";
import { readPem } from "./read-pem.ts";

/**
 * Where a cluster of a kubeconfig is and how it is reached.
 *
 * @throws KubernetesConfigError MALFORMED, UNREADABLE, UNSUPPORTED
 */
export async function clusterEndpoint(
  name: string,
  { file, value }: Origin<KubeconfigCluster>,
  system: Pick<System, "readFile"> & { readonly env: Environment },
): Promise<Endpoint> {
  const of = `cluster "${name}" in ${file}`;
  const url = serverUrl(of, value.server ?? "");
  const insecureSkipVerify = value["insecure-skip-tls-verify"] === true;
  const ca = await readPem(system, {
    data: value["certificate-authority-data"],
    path: value["certificate-authority"],
    field: "certificate-authority",
    of,
    file,
    begins: "CERTIFICATE",
  });
  if (insecureSkipVerify && ca !== undefined) {
    throw new KubernetesConfigError(
      "MALFORMED",
      `The ${of} has both insecure-skip-tls-verify and a certificate-authority. Remove one of them.`,
    );
  }
  const tls: TlsSettings = { ca, insecureSkipVerify, serverName: value["tls-server-name"] || undefined };
  return { url, tls, proxy: proxyOf(of, value["proxy-url"] ?? "", url, system.env) };
}

function serverUrl(of: string, server: string): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    const fact = server === "" ? "has no server" : "has a server that is no http or https URL";
    throw new KubernetesConfigError("MALFORMED", `The ${of} ${fact}. Set it, such as https://127.0.0.1:6443.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new KubernetesConfigError("UNSUPPORTED", `The ${of} has a user name or a password in its server.`);
  }
  return url;
}

/** The proxy that the cluster names, else that of the environment. */
function proxyOf(of: string, proxyUrl: string, url: URL, env: Environment): ProxyAddress | undefined {
  if (proxyUrl === "") return environmentProxy(url, env);
  const proxy = parseProxy(proxyUrl);
  if (!("wrong" in proxy)) return proxy;
  throw new KubernetesConfigError(proxy.wrong, `The ${of} has a proxy-url that is ${proxy.fact}.`);
}
