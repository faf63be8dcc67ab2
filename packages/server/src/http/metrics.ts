import type { Histogram, Registry } from "prom-client";
import type { StoreCounts } from "../ports/store.ts";
import type { Observe } from "./listener.ts";
import type { Serve } from "./operation-route.ts";

/** What the server counts, in the form of Prometheus. */
export interface Metrics {
  readonly observe: Observe;
  /** Answers `/metrics`. */
  readonly serve: Serve;
  /** Begins to count what the process uses. What was observed before is counted then. */
  load(): Promise<void>;
}

interface Loaded {
  readonly registry: Registry;
  /** What takes the seconds of requests of one operation and status. */
  readonly timer: (operation: string, status: number) => (seconds: number) => void;
}

/** From a tenth of a millisecond, because most answers take less than one. In seconds. */
const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Makes the metrics. The library behind them takes a third of the time in which a server should be ready, so it is
 * loaded once the server is.
 */
export function createMetrics(options: {
  readonly version: string;
  readonly counts: () => Promise<StoreCounts>;
}): Metrics {
  let loading: Promise<Loaded> | undefined;
  let loaded: Loaded | undefined;
  let early: Array<Parameters<Observe>> = [];

  const load = (): Promise<Loaded> => {
    loading ??= define(options).then((made) => {
      for (const [operation, status, seconds] of early) made.timer(operation, status)(seconds);
      early = [];
      loaded = made;
      return made;
    });
    return loading;
  };

  return {
    observe: (operation, status, seconds) => {
      if (loaded === undefined) early.push([operation, status, seconds]);
      else loaded.timer(operation, status)(seconds);
    },
    serve: async () => {
      const { registry } = await load();
      return { status: 200, headers: { "content-type": registry.contentType }, body: await registry.metrics() };
    },
    load: async () => {
      await load();
    },
  };
}

async function define({ version, counts }: Parameters<typeof createMetrics>[0]): Promise<Loaded> {
  const { collectDefaultMetrics, Gauge, Histogram, Registry } = await import("prom-client");
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: "kfp_ts_server_info",
    help: "The version of the server; always 1.",
    labelNames: ["version"],
    registers,
  }).set({ version }, 1);
  new Gauge({
    name: "kfp_ts_stored",
    help: "How many there are of each resource.",
    labelNames: ["resource"],
    registers,
    async collect() {
      const { experiments, pipelines, pipelineVersions, runs, recurringRuns } = await counts();
      this.set({ resource: "experiments" }, experiments);
      this.set({ resource: "pipelines" }, pipelines);
      this.set({ resource: "pipeline_versions" }, pipelineVersions);
      this.set({ resource: "runs" }, runs);
      this.set({ resource: "recurring_runs" }, recurringRuns);
    },
  });
  const requests = new Histogram({
    name: "kfp_ts_http_request_duration_seconds",
    help: "How long requests took, by operation and HTTP status.",
    labelNames: ["operation", "status"] as const,
    buckets: BUCKETS,
    registers,
  });
  return { registry, timer: timers(requests) };
}

/** Keeps what the library looks up anew for each request: operations and statuses are few. */
function timers(requests: Histogram<"operation" | "status">): Loaded["timer"] {
  const kept = new Map<string, (seconds: number) => void>();
  return (operation, status) => {
    const key = `${operation} ${status}`;
    let timer = kept.get(key);
    if (timer === undefined) {
      const labelled = requests.labels({ operation, status });
      timer = (seconds) => labelled.observe(seconds);
      kept.set(key, timer);
    }
    return timer;
  };
}
