import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
import { inProcessIdentity } from "./authentication/in-process.ts";
import { createApiRouter } from "./http/api-routes.ts";
import { arrivalOf, noteHandover } from "./http/arrival.ts";
import { BodyMemory } from "./http/body.ts";
import { claimsOf } from "./http/claims.ts";
import { createGuard, type Guard, GuardOptionError } from "./http/guard.ts";
import { createListener, type Listener } from "./http/listener.ts";
import { createMetrics } from "./http/metrics.ts";
import { createSiteRouter } from "./http/site-routes.ts";
import { isLoopback, parseHost } from "./http/trusted-host.ts";
import { noteVisit } from "./http/visit.ts";
import { createLauncher } from "./launcher/create-launcher.ts";
import { openPlace } from "./launcher/place.ts";
import { createDefaultRunner, warnWhereNotIsolated } from "./launcher/runner-module.ts";
import { isolationOf } from "./launcher/runs-options.ts";
import { awaitReady, reachable } from "./listen/await-ready.ts";
import { listenOn } from "./listen/listen.ts";
import { createParsePackage } from "./package-file/parse-package.ts";
import { readPackage } from "./package-file/read-package.ts";
import { type Clock, systemClock } from "./ports/clock.ts";
import { type Log, silentLog } from "./ports/log.ts";
import type { RunLauncher } from "./ports/run-launcher.ts";
import type { Store } from "./ports/store.ts";
import type { Scheduler } from "./recurrence/scheduler.ts";
import type { RunningServer, ServerOptions } from "./server-options.ts";
import { createServices } from "./services/index.ts";
import type { MultiUserOptions } from "./services/multi-user.ts";
import { StartError } from "./start-error.ts";
import { openStore } from "./store/open.ts";
import { createFetchPackage } from "./url-source/fetch-package.ts";

/**
 * Starts a server. The promise is fulfilled once it answers requests.
 *
 * @throws StartError, or StoreOpenError where the database cannot be opened.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = "127.0.0.1", port = 3000, clock = systemClock, log = silentLog } = options;
  const guard = guardOf(options, host);
  refuseOpenNetwork(host, options.insecureNoAuth === true || options.multiUser !== undefined);
  const isolation = options.runs && isolationOf(options.runs, othersOf(options, host));
  const store = await openStore({ database: options.database, clock, log });
  let launcher: RunLauncher | undefined;
  try {
    launcher = await launcherOf(options, { isolation, store, clock, log });
    return await serveStore(options, { host, port, clock, log, guard, store, launcher });
  } catch (error) {
    await launcher?.close();
    await store.close();
    throw error;
  }
}

/** What executes runs; undefined where they are only recorded. */
async function launcherOf(
  { runs }: ServerOptions,
  parts: Pick<Parts, "store" | "clock" | "log"> & { readonly isolation: "bubblewrap" | "none" | undefined },
): Promise<RunLauncher | undefined> {
  const { isolation, store, clock, log } = parts;
  if (runs === undefined || isolation === undefined) return undefined;
  const { lookEveryMs, createRunner = createDefaultRunner } = runs;
  const { jobs, python, hostCommands, environmentsFolder, env, s3 } = runs;
  const place = await openPlace(runs.folder);
  // Isolation that cannot be had is said at the start: runs then fail, and that is no surprise.
  if (isolation === "bubblewrap" && runs.createRunner === undefined) void warnWhereNotIsolated(log);
  const runner = { isolation, jobs, python, hostCommands, environmentsFolder, env, s3, clock };
  return createLauncher({ store, place, runner, createRunner, clock, log, lookEveryMs });
}

/** Who beside the server's own user can have runs executed. */
function othersOf({ multiUser }: ServerOptions, host: string): string | undefined {
  if (multiUser !== undefined) return "many users";
  return isLoopbackHost(host) ? undefined : `everybody who reaches ${host}`;
}

interface Parts {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly guard: Guard;
  readonly store: Store;
  readonly launcher: RunLauncher | undefined;
}

async function serveStore(options: ServerOptions, parts: Parts): Promise<RunningServer> {
  const { host, log, store, launcher } = parts;
  const { version, limits = {} } = options;
  const metrics = createMetrics({ version, counts: () => store.counts() });
  const { listener, scheduler } = await listenerOf(options, parts, metrics);
  const { unixSocket, tls } = options;
  const listening = await listenOn({ host, port: parts.port, unixSocket, tls, limits, listen: listener.listen, log });
  const { port } = listening;
  const close = async (graceMs: number): Promise<void> => {
    listener.stop();
    await listening.stop();
    await within(graceMs, listener.idle());
    listening.endConnections();
    await scheduler?.close();
    await launcher?.close();
    await store.close();
  };
  try {
    const scheme = tls === undefined ? "http" : "https";
    await awaitReady(host, port, scheme);
    const url = urlOf(scheme, reachable(host), port);
    metrics.load().catch((error: unknown) => log.error({ err: error }, "the metrics cannot be loaded"));
    log.info({ url, version }, "ready");
    launcher?.begin();
    scheduler?.begin();
    let closing: Promise<void> | undefined;
    return {
      url,
      port,
      handle: (incoming, outgoing, { user, visit }) => {
        noteHandover(incoming, user);
        if (visit !== undefined) noteVisit(incoming, visit);
        return listener.handle(incoming, outgoing);
      },
      close: ({ graceMs = 10_000 } = {}) => {
        closing ??= close(graceMs);
        return closing;
      },
    };
  } catch (error) {
    await listening.stop();
    listening.endConnections();
    throw error;
  }
}

async function listenerOf(
  options: ServerOptions,
  { clock, log, guard, store, launcher }: Parts,
  metrics: ReturnType<typeof createMetrics>,
): Promise<{ readonly listener: Listener; readonly scheduler: Scheduler | undefined }> {
  const { version, build, limits = {}, allowOrigins = [] } = options;
  const services = createServices({
    store,
    clock,
    log,
    launcher,
    build,
    readPackage,
    parsePackage: createParsePackage(),
    fetchPackage: createFetchPackage(options.urlSource),
    multiUser: withGateway(options.multiUser),
    systemNamespace: options.systemNamespace,
    defaultServiceAccount: options.defaultServiceAccount,
  });
  await services.prepare();
  const { handlers, unserved, contents, scheduler } = services;
  const bodyLimits = {
    maxBytes: limits.maxBodyBytes ?? 36 * 1024 * 1024,
    idleMs: limits.bodyIdleMs ?? 30_000,
    memory: new BodyMemory(limits.bodyMemoryBytes ?? 256 * 1024 * 1024),
  };
  const callerOf = options.multiUser && ((incoming: IncomingMessage) => claimsOf(incoming, arrivalOf(incoming)));
  const shared = { handlers, unserved, contents, limits: bodyLimits, version, callerOf };
  const listener = createListener({
    guard,
    varies: allowOrigins.length > 0,
    api: {
      "ml-pipeline": createApiRouter({ face: "ml-pipeline", ...shared }),
      "ml-pipeline-ui": createApiRouter({ face: "ml-pipeline-ui", ...shared }),
    },
    site: createSiteRouter({ version, counts: options.multiUser ? undefined : () => store.counts(), metrics }),
    log,
    observe: metrics.observe,
  });
  return { listener, scheduler };
}

/** A gateway in this process is believed before all others: whom it names comes from no socket. */
function withGateway(options: MultiUserOptions | undefined): MultiUserOptions | undefined {
  return options && { ...options, authenticators: [inProcessIdentity(), ...options.authenticators] };
}

/** The address that it listens on is one of its names, unless it is a wildcard. */
function guardOf({ allowedHosts = [], allowOrigins }: ServerOptions, host: string): Guard {
  const isWildcard = host === "0.0.0.0" || host === "::";
  try {
    return createGuard({ allowedHosts: isWildcard ? allowedHosts : [...allowedHosts, host], allowOrigins });
  } catch (error) {
    if (error instanceof GuardOptionError) throw new StartError("ERR_OPTION", error.message, { cause: error });
    throw error;
  }
}

function refuseOpenNetwork(host: string, insecureNoAuth: boolean): void {
  if (insecureNoAuth || isLoopbackHost(host)) return;
  throw new StartError(
    "ERR_OPEN_TO_NETWORK",
    `On ${host} everyone who reaches this machine could use the server: it asks nobody who they are. ` +
      "Listen on 127.0.0.1, or add --insecure-no-auth if the network is to be trusted.",
  );
}

function isLoopbackHost(host: string): boolean {
  const parsed = parseHost(isIPv6(host) ? `[${host}]` : host);
  return parsed !== undefined && isLoopback(parsed.host);
}

function urlOf(scheme: string, host: string, port: number): string {
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Waits for something, but not longer than this. */
async function within(ms: number, done: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([done, tooLong]);
  clearTimeout(timer);
}
