import type { Environment } from "../environment.ts";
import { noted, type Seen } from "./probes.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** Variables whose values say where and how, and are no secrets. */
const shown = [
  "KF_PIPELINES_ENDPOINT",
  "KF_PIPELINES_NAMESPACE",
  "KF_PIPELINES_SA_TOKEN_PATH",
  "KFP_ENDPOINT",
  "KFP_NAMESPACE",
  "KFP_CONTEXT",
  "KUBECONFIG",
  "KUBERNETES_SERVICE_HOST",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
] as const;

/** Variables of which only that they are set is said. */
const secret = ["KFP_EXISTING_TOKEN", "KFP_PASSWORD"] as const;

const proxies = {
  "https:": ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
  "http:": ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
} as const;
const exceptions = ["NO_PROXY", "no_proxy"] as const;

/** Which variables there are that have to do with connecting. */
export function seenInEnvironment(env: Environment): readonly Seen[] {
  const set = [
    ...shown.filter((name) => env[name]).map((name) => `${name}=${withoutSecrets(env[name] ?? "")}`),
    ...secret.filter((name) => env[name]).map((name) => `${name} is set`),
  ];
  const first: Seen = {
    outcome: "good",
    saw: set.length === 0 ? "no variable says where or how to connect" : set.join(", "),
  };
  const unsafe = env.NODE_TLS_REJECT_UNAUTHORIZED === "0";
  return unsafe
    ? [first, noted("NODE_TLS_REJECT_UNAUTHORIZED=0: no certificate is checked in this process, for anything")]
    : [first];
}

/**
 * The proxy of the environment and whether it would catch a host; undefined where there is none. One that is for hosts of
 * the other scheme is told, too, and catches nothing.
 */
export function proxyOfEnvironment(
  env: Environment,
  host: URL | undefined,
): { readonly name: string; readonly url: string; readonly catches: boolean } | undefined {
  const isSet = (name: string) => Boolean(env[name]);
  const own =
    host === undefined ? undefined : (host.protocol === "http:" ? proxies["http:"] : proxies["https:"]).find(isSet);
  const name = own ?? [...proxies["https:"], ...proxies["http:"]].find(isSet);
  if (name === undefined) return undefined;
  const except = exceptions.map((one) => env[one]).find((value) => value) ?? "";
  return {
    name,
    url: withoutSecrets(env[name] ?? ""),
    catches: host !== undefined && own !== undefined && !isExcepted(host.hostname, except),
  };
}

function isExcepted(hostname: string, except: string): boolean {
  return except
    .split(/[\s,]+/)
    .filter((one) => one !== "")
    .some((one) => {
      const name = one.replace(/:\d+$/, "").replace(/^\*?\./, "");
      return name === "*" || hostname === name || hostname.endsWith(`.${name}`);
    });
}
