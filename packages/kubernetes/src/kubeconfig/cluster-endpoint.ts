import type { ProxyAddress } from "../http/proxy.ts";
import type { TlsSettings } from "../http/tls-settings.ts";
import type { Endpoint } from "../http/transport.ts";
import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import type { System } from "../system.ts";
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
  system: Pick<System, "readFile">,
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
  return { url, tls, proxy: proxyAddress(of, value["proxy-url"] ?? "") };
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

/** Only what goes through an HTTP proxy with CONNECT is spoken here. */
function proxyAddress(of: string, proxyUrl: string): ProxyAddress | undefined {
  if (proxyUrl === "") return undefined;
  const url = URL.canParse(proxyUrl) ? new URL(proxyUrl) : undefined;
  if (url === undefined) throw new KubernetesConfigError("MALFORMED", `The ${of} has a proxy-url that is no URL.`);
  if (url.protocol !== "http:") {
    throw new KubernetesConfigError(
      "UNSUPPORTED",
      `The ${of} has a proxy-url of the kind ${url.protocol}//, and only http:// proxies are supported.`,
    );
  }
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 80 : Number(url.port),
    authorization: login === ":" ? undefined : `Basic ${Buffer.from(login).toString("base64")}`,
  };
}
