import { Caller, type CallerOptions } from "./call/caller.ts";
import { checkedHeaders } from "./call/headers.ts";
import { milliseconds, wholeNumber } from "./call/times.ts";
import type { ChangedOptions, ClientOptions } from "./client-options.ts";
import { systemClock } from "./clock.ts";
import { type Endpoint, parseEndpoint } from "./endpoint.ts";
import { fromEnvironment } from "./environment.ts";
import { badOption } from "./errors/bad-argument.ts";
import { KfpError } from "./errors/kfp-error.ts";
import type { Platform } from "./platform/platform.ts";
import { Experiments } from "./resources/experiments.ts";
import { Healthz } from "./resources/healthz.ts";
import { PipelineVersions } from "./resources/pipeline-versions.ts";
import { Pipelines } from "./resources/pipelines.ts";
import { RecurringRuns } from "./resources/recurring-runs.ts";
import { RunSources } from "./resources/run-source.ts";
import { Runs } from "./resources/runs.ts";
import { fetchTransport } from "./transport/fetch.ts";
import type { Transport } from "./transport/transport.ts";

/** The client, wherever it runs: each entry of the package makes its `Client` of it, with the platform that is there. */
export class KfpClient {
  /** Where the API is: scheme, host and the path in front of `/apis`, without a slash at the end. */
  readonly host: string;
  /** The namespace for everything that says none. */
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

  constructor(options: ClientOptions, platform: Platform) {
    checkConnection(options);
    const endpoint = endpointOf(options.host);
    this.host = endpoint.url;
    this.namespace = options.namespace || undefined;
    this.#options = options;
    this.#platform = platform;
    this.#transport = transportOf(options, platform);
    const caller = new Caller(callerOptions(options, endpoint, this.#transport, platform));
    const context = { caller, platform, namespace: this.namespace };
    this.healthz = new Healthz(context);
    this.experiments = new Experiments(context);
    this.pipelines = new Pipelines(context, () => this.pipelineVersions);
    this.pipelineVersions = new PipelineVersions(context, this.pipelines);
    const sources = new RunSources(platform, this.pipelines, this.pipelineVersions);
    this.runs = new Runs(context, this.experiments, sources);
    this.recurringRuns = new RecurringRuns(context, this.experiments, sources);
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
    return new Same({ ...kept, ...changes, host: this.host, transport: this.#transport }, this.#platform);
  }

  /** Ends idle connections. Not needed for a program to end: they do not keep it. */
  async close(): Promise<void> {
    this.#transport.close?.();
  }
}

function endpointOf(host: string | undefined): Endpoint {
  const given = host ?? fromEnvironment("KF_PIPELINES_ENDPOINT");
  if (given !== undefined) return parseEndpoint(given);
  throw new KfpError("NO_ENDPOINT", { message: "No host was given, and KF_PIPELINES_ENDPOINT is not set." });
}

const ownConnection = ["tls", "lookup", "proxy", "connectTimeoutMs"] as const;

function checkConnection(options: ClientOptions): void {
  const brought = (["transport", "fetch"] as const).filter((name) => options[name] !== undefined);
  const own = ownConnection.filter((name) => options[name] !== undefined);
  const [first] = brought;
  if (first !== undefined && brought.length + own.length > 1) {
    throw badOption(`${[...brought, ...own].join(", ")} exclude each other: ${first} brings its own way to connect.`);
  }
  const { tls } = options;
  if (tls?.ca !== undefined && tls.caFile !== undefined) throw badOption("tls.ca and tls.caFile exclude each other.");
}

function transportOf(options: ClientOptions, platform: Platform): Transport {
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
  endpoint: Endpoint,
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
    credentials: options.credentials,
    observer: options.observer,
    clock: options.clock ?? systemClock,
    signal: options.signal,
    timeoutMs: milliseconds("timeoutMs", options.timeoutMs ?? 30_000),
    uploadTimeoutMs: milliseconds("uploadTimeoutMs", options.uploadTimeoutMs ?? 300_000),
    totalTimeoutMs: milliseconds("totalTimeoutMs", options.totalTimeoutMs ?? 120_000),
    maxRetries: wholeNumber("maxRetries", options.maxRetries ?? 2),
  };
}
