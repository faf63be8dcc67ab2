import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import { KubernetesError } from "../kubernetes-error.ts";
import { systemCode } from "../system.ts";
import { TimedOut } from "./answer.ts";
import { AnswerTooLarge } from "./body.ts";

/** What was asked of whom, as the words of an error name it. */
export interface Asked {
  readonly server: string;
  readonly method: string;
  readonly path: string;
  readonly timeoutMs: number;
}

const untrusted = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "CERT_SIGNATURE_FAILURE",
]);

/** Where there was no answer: what happened, and what to do about it. Its cause is what the connection ended with. */
export function noAnswer(asked: Asked, cause: unknown): KubernetesError {
  return new KubernetesError(words(asked, cause), { status: 0, cause });
}

function words({ server, method, path, timeoutMs }: Asked, cause: unknown): string {
  const api = `The Kubernetes API at ${server}`;
  const code = systemCode(cause) || systemCode(cause instanceof Error ? cause.cause : undefined);
  if (cause instanceof KubernetesConfigError) return cause.message;
  if (cause instanceof TimedOut) {
    return `${api} did not answer ${method} ${path} within ${timeoutMs} ms. Is it overloaded, or does a firewall stand before it?`;
  }
  if (cause instanceof AnswerTooLarge) return `${api} answered ${method} ${path} with more than is read at once.`;
  if (untrusted.has(code)) {
    return `The certificate of ${server} is signed by an authority that is not trusted (${code}). Set certificate-authority-data or certificate-authority of the cluster in the kubeconfig.`;
  }
  switch (code) {
    case "ECONNREFUSED":
      return `${api} refuses connections. Is the cluster running, and is "server" in the kubeconfig right?`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${api} cannot be found: its host name is not known to the DNS (${code}). Check "server" in the kubeconfig, and the network or VPN.`;
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `${api} cannot be reached (${code}). Check the network, VPN and firewall, and "server" in the kubeconfig.`;
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return `The certificate of ${server} is not valid now (${code}). Renew it, or set the clock of this machine.`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `The certificate of ${server} is for another name. Correct "server" in the kubeconfig, or set tls-server-name to a name that it has.`;
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
    case "EPROTO":
      return `${server} does not speak TLS (${code}). If it serves plain HTTP, "server" must begin with http://.`;
    case "EPROXYREFUSED":
      return `${api} cannot be reached: ${cause instanceof Error ? cause.message : code}. Check proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY.`;
    case "ECONNRESET":
    case "EPIPE":
      return `${api} closed the connection before it answered ${method} ${path} (${code}). Try again; if it stays so, look at what stands before it.`;
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  return `${api} gave no answer to ${method} ${path}: ${code === "" || detail.includes(code) ? detail : `${detail} (${code})`}`;
}
