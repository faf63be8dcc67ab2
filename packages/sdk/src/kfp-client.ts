import { Caller, type CallerOptions } from "./call/caller.ts";
import { checkedHeaders } from "./call/headers.ts";
import type { RequestOptions } from "./call/request-options.ts";
import { milliseconds, wholeNumber } from "./call/times.ts";
import type { ChangedOptions, ClientOptions } from "./client-options.ts";
import { systemClock } from "./clock.ts";
import type { Credentials } from "./credentials/credentials.ts";
import { Deployment } from "./discovery/deployment.ts";
import type { EndpointSource } from "./discovery/endpoint-source.ts";
import { findEndpoint } from "./discovery/find-endpoint.ts";
import { probe } from "./discovery/probe.ts";
import { badOption } from "./errors/bad-argument.ts";
import type { Platform } from "./platform/platform.ts";
import type { ResourceContext } from "./resources/context.ts";
import { Experiments } from "./resources/experiments.ts";
import { Healthz } from "./resources/healthz.ts";
import { PipelineVersions } from "./resources/pipeline-versions.ts";
import { Pipelines } from "./resources/pipelines.ts";
import { RecurringRuns } from "./resources/recurring-runs.ts";
import { RunSources } from "./resources/run-source.ts";
import { Runs } from "./resources/runs.ts";
import { type WhoAmI, type WhoAmIQuery, whoAmI } from "./resources/who-am-i.ts";
import { fetchTransport } from "./transport/fetch.ts";
import type { Transport } from "./transport/transport.ts";

/** The client, wherever it runs: each entry of the package makes its `Client` of it, with the platform that is there. */
export class KfpClient {
  /** The namespace for everything that says none: what was given, else that of the pod. */
  readonly namespace: string | undefined;
  /** Named groups of runs. */
  readonly experiments: Experiments;
  /** Names under which versions of a compiled pipeline are kept. */
  readonly pipelines: Pipelines;
  /** Versions of pipelines. */
  readonly pipelineVersions: PipelineVersions;
  /** Executions of pipelines. */
  readonly runs: Runs;
  /** What makes runs by itself, on a schedule. */
  readonly recurringRuns: RecurringRuns;
  /** What the server says of itself. */
  readonly healthz: Healthz;
  readonly #options: ClientOptions;
  readonly #platform: Platform;
  readonly #transport: Transport;
  readonly #endpoint: EndpointSource;
  readonly #context: ResourceContext;

  constructor(options: ClientOptions, platform: Platform) {
    checkConnection(options);
    this.#options = options;
    this.#platform = platform;
    this.#transport = transportOf(options, platform);
    const deployment = new Deployment(options, platform.surroundings);
    this.#endpoint =
      inherited.get(options) ??
      deployment.endpoint((search) => {
        const headers = probeHeaders(platform);
        const asking = { transport: this.#transport, headers, timeoutMs: PROBE_MS };
        return findEndpoint({
          ...search,
          clock: options.clock ?? systemClock,
          probe: (host, signal) => probe(host, asking, signal),
        });
      });
    this.namespace = (options.namespace ?? deployment.podOf(this.#endpoint)?.namespace) || undefined;
    const credentials =
      options.credentials ?? (deployment.offersToken(this.#endpoint) ? platform.mountedToken() : undefined);
    const caller = new Caller(callerOptions(options, credentials, this.#endpoint, this.#transport, platform));
    this.#context = { caller, platform, namespace: this.namespace };
    const context = this.#context;
    this.healthz = new Healthz(context);
    this.experiments = new Experiments(context);
    this.pipelines = new Pipelines(context, () => this.pipelineVersions);
    this.pipelineVersions = new PipelineVersions(context, this.pipelines);
    const sources = new RunSources(platform, this.pipelines, this.pipelineVersions);
    this.runs = new Runs(context, this.experiments, sources);
    this.recurringRuns = new RecurringRuns(context, this.experiments, sources);
  }

  /**
   * Where the API is: scheme, host and the path in front of `/apis`, without a slash at the end. Undefined in a pod where
   * no host was given, until it is found: by the first call, or by {@link ready}.
   */
  get host(): string | undefined {
    return this.#endpoint.known?.url;
  }

  /**
   * Finds out where the API is, where no host was given; otherwise there is nothing to do, and nothing is sent. Calls do
   * this by themselves.
   *
   * @returns this client.
   * @throws KfpError NO_ENDPOINT that says what was looked at.
   */
  async ready(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<this> {
    await this.#endpoint.find(options.signal ?? this.#options.signal);
    return this;
  }

  /**
   * Finds out who is asking, and what they may list, by asking: that the server answers a health check proves nothing.
   * A refusal is part of the answer, not an error.
   *
   * @throws KfpError where nothing can be asked: no connection, no answer of the API, no token to send.
   */
  whoAmI(query: WhoAmIQuery = {}, options?: RequestOptions): Promise<WhoAmI> {
    return whoAmI(this.#context, this, query, options);
  }

  /**
   * A client like this one, with some options changed. Both share their connections.
   *
   * @param changes - What is different. An option that is there and undefined goes back to its default.
   */
  withOptions(changes: ChangedOptions): this {
    const {
      tls: _tls,
      lookup: _lookup,
      proxy: _proxy,
      connectTimeoutMs: _time,
      fetch: _fetch,
      ...kept
    } = this.#options;
    const Same = this.constructor as new (options: ClientOptions, platform: Platform) => this;
    const options: ClientOptions = { ...kept, ...changes, transport: this.#transport };
    inherited.set(options, this.#endpoint);
    return new Same(options, this.#platform);
  }

  /** Ends idle connections. Not needed for a program to end: they do not keep it. */
  async close(): Promise<void> {
    this.#transport.close?.();
  }
}

/** How long each address may take to answer when the endpoint is looked for, in milliseconds. */
const PROBE_MS = 3_000;

/** The endpoint of clients that are made of others: what one of them finds, all have found. */
const inherited = new WeakMap<ClientOptions, EndpointSource>();

/** Headers of the caller may hold secrets, and who answers is not known yet. */
function probeHeaders({ userAgent }: Platform): Record<string, string> {
  return { accept: "application/json", ...(userAgent !== undefined && { "user-agent": userAgent }) };
}

const ownConnection = ["tls", "lookup", "proxy", "connectTimeoutMs"] as const;

/** Looks whether the options say in one way alone how to connect. */
export function checkConnection(options: ClientOptions): void {
  const brought = (["transport", "fetch"] as const).filter((name) => options[name] !== undefined);
  const own = ownConnection.filter((name) => options[name] !== undefined);
  const [first] = brought;
  if (first !== undefined && brought.length + own.length > 1) {
    throw badOption(`${[...brought, ...own].join(", ")} exclude each other: ${first} brings its own way to connect.`);
  }
  const { tls } = options;
  if (tls?.ca !== undefined && tls.caFile !== undefined) throw badOption("tls.ca and tls.caFile exclude each other.");
}

/** How a client with these options reaches its server. */
export function transportOf(options: ClientOptions, platform: Platform): Transport {
  if (options.transport !== undefined) return options.transport;
  if (options.fetch !== undefined) return fetchTransport(options.fetch);
  const { tls, lookup, proxy, connectTimeoutMs = 10_000 } = options;
  return platform.transport({
    tls,
    lookup,
    proxy,
    connectTimeoutMs: milliseconds("connectTimeoutMs", connectTimeoutMs),
  });
}

function callerOptions(
  options: ClientOptions,
  credentials: Credentials | undefined,
  endpoint: EndpointSource,
  transport: Transport,
  platform: Platform,
): CallerOptions {
  const userAgent = [options.userAgent, platform.userAgent].filter(Boolean).join(" ");
  const headers = checkedHeaders({
    accept: "application/json",
    ...(platform.userAgent === undefined && options.userAgent === undefined ? {} : { "user-agent": userAgent }),
    ...options.headers,
  });
  return {
    endpoint,
    transport,
    headers,
    credentials,
    observer: options.observer,
    clock: options.clock ?? systemClock,
    signal: options.signal,
    timeoutMs: milliseconds("timeoutMs", options.timeoutMs ?? 30_000),
    uploadTimeoutMs: milliseconds("uploadTimeoutMs", options.uploadTimeoutMs ?? 300_000),
    totalTimeoutMs: milliseconds("totalTimeoutMs", options.totalTimeoutMs ?? 120_000),
    maxRetries: wholeNumber("maxRetries", options.maxRetries ?? 2),
  };
}
