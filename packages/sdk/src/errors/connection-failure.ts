import { isPipelinesService } from "../discovery/pipelines-service.ts";
import { PROTOCOL_SWITCHED, PROXY_UNREACHABLE, TLS_UNFINISHED, TUNNEL_REFUSED } from "../transport/transport.ts";
import type { ErrorCode } from "./catalogue.ts";
import { ConnectionError } from "./connection-error.ts";
import { KfpError } from "./kfp-error.ts";

/** What is known of a call that was not answered. */
export interface UnansweredCall {
  /** Resource and verb: `runs.get`. */
  readonly operation: string;
  /** The endpoint. */
  readonly host: string;
}

const PROXY = "Look whether the proxy lets this host and port through; a proxy that asks who you are is not supported.";

const TLS_STUCK =
  "Check that the port serves https; if it serves http, say so in the endpoint. Where only TLS gets stuck on this way, large packets are lost: have the MTU of the VPN lowered.";

const codesOfSystem: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: "CONNECTION_REFUSED",
  ENOTFOUND: "HOST_NOT_FOUND",
  EAI_AGAIN: "NAME_LOOKUP_FAILED",
  EAI_FAIL: "NAME_LOOKUP_FAILED",
  EHOSTUNREACH: "HOST_UNREACHABLE",
  ENETUNREACH: "HOST_UNREACHABLE",
  ENETDOWN: "HOST_UNREACHABLE",
  EADDRNOTAVAIL: "HOST_UNREACHABLE",
  ETIMEDOUT: "CONNECT_TIMEOUT",
  UND_ERR_CONNECT_TIMEOUT: "CONNECT_TIMEOUT",
  ECONNRESET: "CONNECTION_LOST",
  EPIPE: "CONNECTION_LOST",
  ECONNABORTED: "CONNECTION_LOST",
  UND_ERR_SOCKET: "CONNECTION_LOST",
  DEPTH_ZERO_SELF_SIGNED_CERT: "TLS_UNTRUSTED",
  SELF_SIGNED_CERT_IN_CHAIN: "TLS_UNTRUSTED",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "TLS_UNTRUSTED",
  UNABLE_TO_GET_ISSUER_CERT: "TLS_UNTRUSTED",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "TLS_UNTRUSTED",
  CERT_UNTRUSTED: "TLS_UNTRUSTED",
  CERT_SIGNATURE_FAILURE: "TLS_UNTRUSTED",
  CERT_HAS_EXPIRED: "TLS_EXPIRED",
  CERT_NOT_YET_VALID: "TLS_EXPIRED",
  ERR_TLS_CERT_ALTNAME_INVALID: "TLS_WRONG_HOST",
  ERR_SSL_WRONG_VERSION_NUMBER: "TLS_NOT_SPOKEN",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "TLS_NOT_SPOKEN",
  ERR_SSL_HTTP_REQUEST: "TLS_NOT_SPOKEN",
  [PROTOCOL_SWITCHED]: "NOT_HTTP",
  [TLS_UNFINISHED]: "CONNECT_TIMEOUT",
  [TUNNEL_REFUSED]: "PROXY_FAILED",
  [PROXY_UNREACHABLE]: "PROXY_FAILED",
  ERR_INVALID_CHAR: "BAD_OPTION",
  ERR_INVALID_HTTP_TOKEN: "BAD_OPTION",
};

/** The parser's codes for what begins like HTTP, and goes on broken, contradicting itself, or without an end. */
const ofBrokenHttp: ReadonlySet<string> = new Set([
  "HPE_HEADER_OVERFLOW",
  "HPE_INVALID_HEADER_TOKEN",
  "HPE_INVALID_CONTENT_LENGTH",
  "HPE_UNEXPECTED_CONTENT_LENGTH",
  "HPE_INVALID_TRANSFER_ENCODING",
  "HPE_INVALID_CHUNK_SIZE",
  "HPE_INVALID_EOF_STATE",
  "UND_ERR_HEADERS_OVERFLOW",
]);

const facts: Partial<Record<ErrorCode, string>> = {
  CONNECTION_REFUSED: "nothing listens there (connection refused)",
  HOST_NOT_FOUND: "the host name does not exist",
  NAME_LOOKUP_FAILED: "name resolution did not answer",
  HOST_UNREACHABLE: "there is no way to the host",
  CONNECT_TIMEOUT: "no connection came about in time",
  CONNECTION_LOST: "the connection broke before the answer was complete",
  TLS_UNTRUSTED: "its certificate is not signed by a trusted authority",
  TLS_EXPIRED: "its certificate has expired or is not valid yet",
  TLS_WRONG_HOST: "its certificate is for another host",
  TLS_NOT_SPOKEN: "the port speaks no TLS",
  TLS_EXPECTED: "the port speaks only TLS",
  TLS_FAILED: "TLS could not be agreed on",
  NOT_HTTP: "the answer is not HTTP",
  CONNECTION_FAILED: "the request could not be sent",
};

/**
 * Says what a transport's error means. Platforms wrap the reason in other errors (fetch in "fetch failed", Node in one
 * error for all addresses of a host), so the whole chain is looked at.
 */
export function connectionFailure(error: unknown, call: UnansweredCall): KfpError {
  const chain = causes(error);
  for (const one of chain) {
    const code = codeOf(one, call.host);
    if (code === undefined) continue;
    if (code === "BAD_OPTION") return badHeader(one, call);
    if (code === "BAD_ANSWER") return new ConnectionError(code, parts(call, brokenFact(one), error), call.host);
    if (code === "PROXY_FAILED") {
      const fix = one.code === TUNNEL_REFUSED ? PROXY : undefined;
      return new ConnectionError(code, parts(call, one.message ?? "", error, fix), call.host);
    }
    if (one.code === TLS_UNFINISHED) {
      const fact = "the port accepts the connection, and TLS was not agreed on in time";
      return new ConnectionError(code, parts(call, fact, error, TLS_STUCK), call.host);
    }
    return new ConnectionError(
      code,
      parts(call, facts[code] ?? "no answer came", error, fixOf(code, call.host, one)),
      call.host,
    );
  }
  return new ConnectionError("CONNECTION_FAILED", parts(call, facts.CONNECTION_FAILED ?? "", error), call.host);
}

function parts(call: UnansweredCall, fact: string, cause: unknown, fix?: string) {
  return { message: `${call.operation}: ${call.host}: ${fact}.`, cause, fix };
}

function brokenFact({ name, code = "" }: Failure): string {
  if (name === "AnswerTooLarge") return "the answer is larger than anything that the API sends";
  return `the answer begins like HTTP and is broken (${code})`;
}

function codeOf(error: Failure, host: string): ErrorCode | undefined {
  const { code = "", message = "", name, syscall } = error;
  if (name === "AnswerTooLarge") return "BAD_ANSWER";
  // A broken connection while TLS is agreed on carries the same code as any other.
  if (code === "ECONNRESET" && /before secure TLS connection/.test(message)) return "TLS_FAILED";
  if (ofBrokenHttp.has(code)) return "BAD_ANSWER";
  // The fetch of newer Nodes says by the name alone that it could not parse the answer.
  if (code.startsWith("HPE_") || name === "HTTPParserError")
    return beginsLikeTls(error) && host.startsWith("http:") ? "TLS_EXPECTED" : "NOT_HTTP";
  // How the kernel words it that it may not, or cannot, send anything there: routes and filters of this machine.
  if (syscall === "connect" && ["EACCES", "EPERM", "EINVAL"].includes(code)) return "HOST_UNREACHABLE";
  if (code in codesOfSystem) return codesOfSystem[code];
  if (code === "EPROTO" && /wrong version number|packet length too long|http request/i.test(message))
    return "TLS_NOT_SPOKEN";
  if (code === "EPROTO" || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_")) return "TLS_FAILED";
  if (/socket hang up|other side closed|terminated/.test(message)) return "CONNECTION_LOST";
  return undefined;
}

interface Failure {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly syscall?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
  readonly rawPacket?: Uint8Array;
  /** The beginning of an answer that could not be parsed, as text. */
  readonly data?: unknown;
  readonly cert?: { readonly subjectaltname?: string };
}

/** The error and what caused it, outermost first. */
function causes(error: unknown, depth = 0): Failure[] {
  if (typeof error !== "object" || error === null || depth > 5) return [];
  const failure = error as Failure;
  const inner = [failure.cause, ...(failure.errors ?? [])].flatMap((cause) => causes(cause, depth + 1));
  return [
    typeof failure.code === "string"
      ? failure
      : { name: failure.name ?? "", message: failure.message ?? "", data: failure.data },
    ...inner,
  ];
}

/** A TLS alert (21) or handshake (22) record with its version. */
function beginsLikeTls({ rawPacket, data }: Failure): boolean {
  const [type, version] = rawPacket ?? (typeof data === "string" ? [data.charCodeAt(0), data.charCodeAt(1)] : []);
  return (type === 0x15 || type === 0x16) && version === 3;
}

function fixOf(code: ErrorCode, host: string, error: Failure): string | undefined {
  switch (code) {
    case "TLS_NOT_SPOKEN":
      return `Use ${host.replace(/^https:/, "http:")}, or the port that serves https.`;
    case "TLS_EXPECTED":
      return `Use ${host.replace(/^http:/, "https:")}.`;
    case "TLS_WRONG_HOST":
      return (
        error.cert?.subjectaltname &&
        (isLoopback(host)
          ? `The certificate is for ${error.cert.subjectaltname}, and not for a port of this machine. Where that is a tunnel or a port-forward, lead it to a port without TLS (istio-system/istio-ingressgateway:80); or have a name of the certificate lead to 127.0.0.1 (/etc/hosts, or the option lookup) and use that.`
          : `Use a name that the certificate is for: ${error.cert.subjectaltname}`)
      );
    case "CONNECTION_REFUSED":
      return isLoopback(host)
        ? "Start a server on this port (kfp-ts serve), or the port-forward: kubectl port-forward --namespace kubeflow svc/ml-pipeline-ui 3000:80"
        : undefined;
    case "CONNECT_TIMEOUT":
      return isPipelinesService(host)
        ? "A NetworkPolicy lets only some namespaces in: run in a namespace of a Kubeflow profile, go through the gateway (http://istio-ingressgateway.istio-system/pipeline), or have an administrator run: kubectl label namespace YOUR-NAMESPACE app.kubernetes.io/part-of=kubeflow-profile"
        : undefined;
    case "CONNECTION_LOST":
      return isPipelinesService(host)
        ? "Try again; after a request that creates something, look for it first. Where every attempt ends so, the mesh wants its own TLS: have a sidecar in your pod, or go through the gateway."
        : undefined;
    default:
      return undefined;
  }
}

function isLoopback(host: string): boolean {
  return /^https?:\/\/(localhost|127\.|\[::1\])/.test(host);
}

/** Node names the header and not its value, so the message is safe to pass on. */
function badHeader(error: Failure, call: UnansweredCall): KfpError {
  return new KfpError("BAD_OPTION", {
    message: `${call.operation}: ${error.message}.`,
    fix: "Header values are one line of visible characters; look at headers and credentials.",
  });
}
