import { KfpError } from "./errors/kfp-error.ts";

/** Where the API is. */
export interface Endpoint {
  /** Scheme, host and port: `https://kubeflow.example.com`. */
  readonly origin: string;
  /** What stands before `/apis`: empty, or such as `/pipeline`. */
  readonly basePath: string;
  /** Both together: what the client calls its host. */
  readonly url: string;
}

/**
 * Reads what a user gives as the host: with or without scheme, with trailing slashes, with the path in front of `/apis`.
 *
 * Without a scheme it is `http` for this machine and for names that exist only inside a cluster (a single word,
 * `ml-pipeline…`, `….svc`, `….cluster.local`), which serve no TLS, and `https` for the rest, as Python's client has it.
 *
 * @throws KfpError BAD_ENDPOINT, SECRET_IN_URL
 */
export function parseEndpoint(host: string): Endpoint {
  if (typeof host !== "string") throw badEndpoint("The host is no text.");
  const given = host.trim();
  if (given === "") throw badEndpoint("The host is empty.");
  const url = parseUrl(hasScheme(given) ? given : `${defaultScheme(given)}://${given}`);
  if (url === undefined) throw badEndpoint(`${shown(given)} is no URL.`);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw badEndpoint(`${shown(given)} is no http or https URL.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new KfpError("SECRET_IN_URL", {
      message: `The endpoint ${url.origin} was given with a user name or a password in it.`,
    });
  }
  const basePath = url.pathname.replace(/\/+$/, "").replace(/\/apis(\/v2beta1)?$/, "");
  if (url.search !== "" || url.hash !== "") {
    throw badEndpoint(
      `${url.origin}${basePath} was given with ${url.hash === "" ? "a query" : "a fragment"} behind it.`,
      `Leave that out: ${url.origin}${basePath}`,
    );
  }
  return { origin: url.origin, basePath, url: url.origin + basePath };
}

function hasScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

function defaultScheme(text: string): "http" | "https" {
  const name = (/^(\[[^\]]*\]|[^:/?#]*)/.exec(text)?.[1] ?? "").toLowerCase();
  const isLoopback = name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name) || /(^|\.)localhost$/.test(name);
  const isInCluster = !name.includes(".") || /^ml-pipeline(-ui)?\./.test(name) || /\.(svc|cluster\.local)$/.test(name);
  return isLoopback || (isInCluster && !name.startsWith("[")) ? "http" : "https";
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** The text without what could be a secret: what stands before an @, and query and fragment. */
function shown(text: string): string {
  return JSON.stringify(text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^@/]*@/i, "$1***@").replace(/[?#].*$/s, ""));
}

function badEndpoint(message: string, fix?: string): KfpError {
  return new KfpError("BAD_ENDPOINT", { message, fix });
}
