import { BlockList, isIP } from "node:net";
import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import type { Environment } from "../system.ts";
import { type ProxyAddress, parseProxy } from "./proxy-address.ts";

/**
 * The proxy that the environment has for a server, as kubectl and all of Go read it: `HTTPS_PROXY` or `HTTP_PROXY` (or
 * in small letters), none for this machine itself and for what `NO_PROXY` lists.
 *
 * @throws KubernetesConfigError MALFORMED, UNSUPPORTED
 */
export function environmentProxy(url: URL, env: Environment): ProxyAddress | undefined {
  const names = url.protocol === "https:" ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"];
  const name = names.find((each) => env[each]);
  if (name === undefined) return undefined;
  const hostname = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  if (isThisMachine(hostname) || isExempt(hostname, port, env.NO_PROXY || env.no_proxy || "")) return undefined;
  const value = env[name] ?? "";
  const proxy = parseProxy(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  if (!("wrong" in proxy)) return proxy;
  const fix = "Correct or unset it, or list the cluster in NO_PROXY.";
  throw new KubernetesConfigError(proxy.wrong, `The variable ${name} is ${proxy.fact}. ${fix}`, { lookedAt: [name] });
}

function isThisMachine(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || (isIP(hostname) === 4 && hostname.startsWith("127."));
}

/** One entry names an address, a range, a domain with all below it, or (with a dot before it) only what is below. */
function isExempt(hostname: string, port: string, list: string): boolean {
  return list.split(",").some((listed) => {
    const entry = listed.trim().toLowerCase();
    if (entry === "*") return true;
    if (entry === "") return false;
    if (entry.includes("/")) return isInRange(hostname, entry);
    const [, name = "", onlyPort] = /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
    if (onlyPort !== undefined && onlyPort !== port) return false;
    const bare = name.replace(/^\[|\]$/g, "");
    if (isIP(hostname) !== 0 || isIP(bare) !== 0) return hostname === bare;
    const domain = bare.replace(/^\*(?=\.)/, "");
    return domain.startsWith(".") ? hostname.endsWith(domain) : hostname === domain || hostname.endsWith(`.${domain}`);
  });
}

function isInRange(hostname: string, range: string): boolean {
  const [network = "", bits = ""] = range.split("/");
  const family = isIP(network);
  const prefix = Number(bits);
  if (family === 0 || isIP(hostname) !== family || !/^\d+$/.test(bits) || prefix > (family === 4 ? 32 : 128))
    return false;
  const kind = family === 4 ? "ipv4" : "ipv6";
  const ranges = new BlockList();
  ranges.addSubnet(network, prefix, kind);
  return ranges.check(hostname, kind);
}
