import { isIPv4, isIPv6 } from "node:net";
import { isTopLevelDomain } from "./top-level-domains.ts";

/** A host name or an IP address, in lower case and without brackets, and the port where one is named. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number | undefined;
}

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`);
const AUTHORITY = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::([0-9]{1,5}))?$/;
const CLUSTER_NAME = new RegExp(`^ml-pipeline(?:-ui)?(?:\\.(${LABEL})(\\.svc(?:\\.cluster\\.local)?)?)?$`);

/**
 * Reads the value of a `Host` header. Only the plain forms are read: a name of letters, digits, hyphens and dots, a
 * dotted IPv4 address, a bracketed IPv6 address. Other spellings of an address (`0x7f.1`, `2130706433`), user names,
 * IPv6 zones and trailing dots are not, because a browser and a server might read them differently.
 *
 * @returns undefined where it is none of these.
 */
export function parseHost(value: string): HostAndPort | undefined {
  const match = AUTHORITY.exec(value.toLowerCase());
  if (match === null) return undefined;
  const [, inBrackets, plain, digits] = match;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && port > 65_535) return undefined;
  if (inBrackets !== undefined) return isIPv6(inBrackets) ? { host: inBrackets, port } : undefined;
  if (plain === undefined || !(isIPv4(plain) || isName(plain))) return undefined;
  return { host: plain, port };
}

/** Whether this is a name whose last label has a letter; else a resolver may take it for an IPv4 address. */
function isName(host: string): boolean {
  return NAME.test(host) && /[a-z]/.test(host.slice(host.lastIndexOf(".") + 1)) && !/(^|\.)0x[0-9a-f]*$/.test(host);
}

/** Whether a host, as `parseHost` gives it, always means this machine. */
export function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  if (isIPv4(host)) return host.startsWith("127.");
  return isIPv6(host) && new URL(`http://[${host}]/`).hostname === "[::1]";
}

/**
 * Whether a host is a name that Kubeflow Pipelines has within a cluster:
 * `ml-pipeline[-ui][.<namespace>[.svc[.cluster.local]]]`.
 *
 * `ml-pipeline.<namespace>` could also be a name on the internet, where the namespace is called like a top-level
 * domain. Whoever owns that name could let it point at this machine, so such a namespace is only good with `.svc`.
 */
export function isClusterName(host: string): boolean {
  const match = CLUSTER_NAME.exec(host);
  if (match === null) return false;
  const [, namespace, suffix] = match;
  return namespace === undefined || suffix !== undefined || !isTopLevelDomain(namespace);
}
