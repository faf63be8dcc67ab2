import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Program, program } from "./program.ts";

/** Part of an Envoy's configuration, as its documentation has it. */
export interface Part {
  readonly [name: string]: unknown;
}

const FILTERS = "type.googleapis.com/envoy.extensions.filters";

/** Where requests can go: a port of loopback, or a unix socket. */
export function cluster(name: string, at: { readonly port: number } | { readonly socket: string }): Part {
  const address =
    "port" in at ? { socket_address: { address: "127.0.0.1", port_value: at.port } } : { pipe: { path: at.socket } };
  return {
    name,
    type: "STATIC",
    connect_timeout: "5s",
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
}

/** A filter for HTTP by its name, such as `jwt_authn`, and its type there, such as `v3.JwtAuthentication`. */
export function httpFilter(name: string, type: string, configuration: Part = {}): Part {
  return {
    name: `envoy.filters.http.${name}`,
    typed_config: { "@type": `${FILTERS}.http.${name}.${type}`, ...configuration },
  };
}

/** What a route says to be let alone by ext_authz. */
export const unasked: Part = {
  typed_per_filter_config: {
    "envoy.filters.http.ext_authz": {
      "@type": `${FILTERS}.http.ext_authz.v3.ExtAuthzPerRoute`,
      disabled: true,
    },
  },
};

/** The API below /pipeline, as Kubeflow has it; `api` is the cluster, and what is left is a page. */
export const pipelineRoutes: readonly Part[] = [
  { match: { prefix: "/pipeline/apis/" }, route: { cluster: "api", prefix_rewrite: "/apis/", timeout: "0s" } },
  {
    match: { prefix: "/" },
    direct_response: { status: 200, body: { inline_string: "<!doctype html><title>Kubeflow</title>" } },
    response_headers_to_add: [{ header: { key: "content-type", value: "text/html" } }],
  },
];

/**
 * Believes tokens of one issuer and says of whom they are in `kubeflow-userid`, as the RequestAuthentication in Kubeflow's
 * manifests does; whoever says so without a token loses it.
 */
export function tokensSayWho(issuer: string, keys: { readonly url: string; readonly cluster: string }): Part {
  return httpFilter("jwt_authn", "v3.JwtAuthentication", {
    providers: {
      identity: {
        issuer,
        forward: true,
        claim_to_headers: [{ header_name: "kubeflow-userid", claim_name: "email" }],
        remote_jwks: { http_uri: { uri: keys.url, cluster: keys.cluster, timeout: "5s" } },
      },
    },
    rules: [
      { match: { prefix: "/dex/" } },
      { match: { prefix: "/oauth2/" } },
      { match: { prefix: "/" }, requires: { provider_name: "identity" } },
    ],
  });
}

/** An Envoy that is yet to be started. The part of CI says where its program is. */
export function envoy(
  room: string,
  port: number,
  parts: {
    readonly filters: readonly Part[];
    readonly routes: readonly Part[];
    readonly clusters: readonly Part[];
    readonly secrets?: Readonly<Record<string, string>>;
  },
): Program {
  const command = process.env.KFP_TS_ENVOY;
  if (!command) throw new Error("KFP_TS_ENVOY is not set: run .ci/run envoy");
  const connections = {
    "@type": `${FILTERS}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: "public",
    route_config: { virtual_hosts: [{ name: "all", domains: ["*"], routes: parts.routes }] },
    http_filters: [...parts.filters, httpFilter("router", "v3.Router")],
  };
  const listener = {
    name: "public",
    address: { socket_address: { address: "127.0.0.1", port_value: port } },
    filter_chains: [{ filters: [{ name: "http", typed_config: connections }] }],
  };
  const secrets = Object.entries(parts.secrets ?? {}).map(([name, text]) => ({
    name,
    generic_secret: { secret: { inline_string: text } },
  }));
  const configuration = { static_resources: { listeners: [listener], clusters: parts.clusters, secrets } };
  const path = join(room, "envoy.json");
  writeFileSync(path, JSON.stringify(configuration), { mode: 0o600 });
  return program(command, ["-c", path, "--disable-hot-restart", "--concurrency", "1", "-l", "warn"], [port], room);
}
