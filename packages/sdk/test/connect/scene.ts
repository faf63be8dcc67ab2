import { systemClock } from "../../src/clock.ts";
import type { ConnectError } from "../../src/connect/connect-error.ts";
import type { ConnectOptions } from "../../src/connect/connect-options.ts";
import { findConnection } from "../../src/connect/find-connection.ts";
import type { FoundConnection } from "../../src/connect/found-connection.ts";
import type { AnnouncedServer, ConnectPorts, SavedContext } from "../../src/connect/ports.ts";
import type { Credentials } from "../../src/credentials/credentials.ts";
import { defaultTokenPath } from "../../src/credentials/token-volume.ts";
import { namespacePath } from "../../src/discovery/pod.ts";
import { ConnectError as ConnectErrorClass, KfpError } from "../../src/index.ts";
import { nodePlatform } from "../../src/platform/node.ts";
import type { InCluster, Tunnel, TunnelOptions } from "../../src/tunnels/tunnel.ts";
import { type Answer, json, page, refusal } from "../helpers/local-server.ts";

/** What there is to be found. */
export interface World {
  readonly variables?: Readonly<Record<string, string>>;
  /** What is mounted. */
  readonly files?: Readonly<Record<string, string>>;
  /** The context that is chosen, or why it cannot be used. */
  readonly context?: Partial<SavedContext> | KfpError | undefined;
  readonly sessions?: Readonly<Record<string, Credentials>>;
  /** What is found in the cluster, or why nothing is; undefined without a kubeconfig. */
  readonly cluster?: readonly { readonly at: string; readonly host: string | KfpError }[] | KfpError;
  readonly announced?: readonly AnnouncedServer[];
}

/** A pod of the namespace team-a. */
export const inPod: World = {
  variables: { KUBERNETES_SERVICE_HOST: "10.96.0.1" },
  files: { [namespacePath]: "team-a", [defaultTokenPath]: "mounted" },
};

/** Ports as a test says; what was opened and closed stands in `log`. */
export function portsOf(world: World): { readonly ports: ConnectPorts; readonly log: string[] } {
  const { variables = {}, files = {}, context, sessions = {}, cluster, announced = [] } = world;
  const log: string[] = [];
  const services = Array.isArray(cluster) ? (cluster as Exclude<World["cluster"], KfpError | undefined>) : [];
  const ports: ConnectPorts = {
    clock: systemClock,
    env: variables,
    platform: {
      ...nodePlatform,
      surroundings: {
        variable: (name) => variables[name] || undefined,
        exists: (path) => path in files,
        readNow: (path) => files[path],
      },
      mountedToken: () => ({ headers: () => ({ authorization: `Bearer ${files[defaultTokenPath] ?? ""}` }) }),
    },
    contexts: {
      chosen: async (name) => {
        if (context instanceof KfpError) throw context;
        if (context === undefined) return undefined;
        const saved = { namespace: undefined, credentials: undefined, tls: undefined, endpoint: "", ...context };
        return { name: name ?? "work", chosenBy: name === undefined ? "current" : "option", ...saved };
      },
      session: async (endpoint) => sessions[endpoint],
    },
    tunnels: {
      find: async ({ names, kubeContext = "kind" }): Promise<InCluster | undefined> => {
        if (cluster instanceof KfpError) throw cluster;
        if (cluster === undefined) return undefined;
        const found = names.flatMap((name) => services.filter(({ at }) => at.endsWith(`/${name}`)));
        return {
          kubeContext,
          contextNamespace: undefined,
          server: "https://cluster.example.com",
          services: found.map(({ at }) => ({ ...placeOf(at), ports: [] })),
          namespaces: undefined,
          refusal: undefined,
        };
      },
      open: async (options) => {
        const at = `${options.namespace}/${options.service}`;
        const service = services.find((one) => one.at === at);
        if (service === undefined) throw new KfpError("SERVICE_NOT_FOUND", { message: `There is no service ${at}.` });
        log.push(`open ${at}${options.port === undefined ? "" : `:${options.port}`}`);
        return tunnelTo(options, service.host, () => log.push(`close ${at}`));
      },
    },
    announced: async () => announced,
  };
  return { ports, log };
}

function placeOf(at: string): { namespace: string; name: string } {
  const [namespace = "", name = ""] = at.split("/");
  return { namespace, name };
}

function tunnelTo(options: TunnelOptions, host: string | KfpError, close: () => void): Tunnel {
  const { namespace, service, kubeContext = "kind", localPort = 4711 } = options;
  return {
    kubeContext,
    namespace,
    service,
    localPort,
    port: 80,
    server: "https://cluster.example.com",
    host: host instanceof KfpError ? "http://127.0.0.1:1" : host,
    failure: () => (host instanceof KfpError ? host : undefined),
    close: async () => close(),
  };
}

/** Connects in a world. */
export function connectIn(world: World, options: ConnectOptions = {}): Promise<FoundConnection> {
  return findConnection(options, portsOf(world).ports);
}

/** What connecting fails with. */
export async function refusedIn(world: World, options: ConnectOptions = {}): Promise<ConnectError> {
  return connectFailure(connectIn(world, options));
}

/** What connecting fails with; an error of the test where it does not. */
export async function connectFailure(connecting: Promise<unknown>): Promise<ConnectError> {
  try {
    await connecting;
  } catch (error) {
    if (error instanceof ConnectErrorClass) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

export const user = "user@example.com";

/** What the API says to somebody who may not look into a namespace. */
export const denial = (namespace: string, who: string = user) =>
  refusal(
    7,
    `User '${who}' is not authorized with reason:  (request: &ResourceAttributes{Namespace:${namespace},Verb:list,Group:pipelines.kubeflow.org,Version:v1beta1,Resource:experiments,Subresource:,Name:,})`,
  );

/** A server for a single user. */
export const single: Answer = (request, response) =>
  request.url.includes("/healthz")
    ? json(response, 200, { multi_user: false, tag_name: "2.5.0" })
    : json(response, 200, {});

/** A server for many users, which knows who is asking by a cookie or a token, and lets everybody into team-a. */
export const many: Answer = (request, response) => {
  if (request.url.includes("/healthz")) return json(response, 200, { multi_user: true, tag_name: "2.5.0" });
  const { authorization, cookie } = request.headers;
  if (authorization === undefined && cookie === undefined) {
    return json(response, 401, refusal(16, "there is no user identity header"));
  }
  const namespace = new URL(request.url, "http://x").searchParams.get("namespace") ?? "";
  return namespace === "team-a" ? json(response, 200, {}) : json(response, 403, denial(namespace));
};

/** oauth2-proxy before a server for many users: `session=good` is let through. */
export const gateway: Answer = (request, response, count) => {
  if (request.headers.cookie === "session=good" && request.url.startsWith("/pipeline/apis/")) {
    return many({ ...request, url: request.url.slice("/pipeline".length) }, response, count);
  }
  if (/\/apis?\//.test(request.url)) return json(response, 401, {});
  const signIn = '<html><title>Sign In</title><form method="GET" action="/oauth2/start"></form></html>';
  return page(response, 403, "text/html", signIn);
};

export const session: Credentials = { headers: () => ({ cookie: "session=good" }) };

/** A server of a test, as it announces itself. */
export const announcedAt = (endpoint: string, multiUser = false): AnnouncedServer => ({
  endpoint,
  processId: 42,
  multiUser,
});
