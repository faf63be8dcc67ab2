import { milliseconds } from "../call/times.ts";
import { saysWho } from "../connect/check-options.ts";
import { ConnectError } from "../connect/connect-error.ts";
import type { ConnectStep } from "../connect/connect-step.ts";
import type { FoundConnection } from "../connect/found-connection.ts";
import { parseEndpoint } from "../endpoint.ts";
import { isKfpError, type KfpError } from "../errors/kfp-error.ts";
import { onAbort } from "../on-abort.ts";
import { noteWithout, probeAccess } from "./access.ts";
import { type Outcome, seenOfGateway, seenOfHttp, seenOfLogin, seenOnTheWay } from "./answers.ts";
import type { DiagnoseOptions } from "./diagnose-options.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { proxyOfEnvironment, seenInEnvironment } from "./environment.ts";
import { seenInFiles } from "./files.ts";
import { Hearing } from "./heard.ts";
import { probeNetwork, speaksOnlyTls } from "./network.ts";
import type { DiagnosisPorts } from "./ports.ts";
import { failed, good, noted, Probes, type Seen, skipped } from "./probes.ts";
import { CLOCKS_MS, clocks, elsewhere, notConnected, refusedThere, wellConnected } from "./verdict.ts";

/** How long a diagnosis may take, in milliseconds, and which part of it is for connecting. */
const WITHIN_MS = 15_000;
const CONNECTING = 0.6;

/**
 * Goes the way that `connect()` goes, looks at each layer of it, and says what it comes to.
 *
 * @throws what the caller's signal was aborted with, as it is; nothing else.
 */
export async function runDiagnosis(options: DiagnoseOptions, ports: DiagnosisPorts): Promise<Diagnosis> {
  const { onProbe, signal, withinMs: said, ...connecting } = options;
  const { clock, env } = ports;
  const probes = new Probes(clock, onProbe);
  const hearing = new Hearing(ports.wallTime, options.observer);
  const withinMs = milliseconds("withinMs", said ?? WITHIN_MS);
  const stop = new AbortController();
  const forget = signal === undefined ? () => undefined : onAbort(signal, () => stop.abort(signal.reason));
  const over = new AbortController();
  const timer = clock.sleep(withinMs, over.signal).then(
    () => stop.abort(new DOMException("the time is over", "TimeoutError")),
    () => undefined,
  );
  try {
    for (const seen of seenInEnvironment(env)) probes.note("environment", seen);
    const way = {
      ...connecting,
      signal: stop.signal,
      observer: hearing.observer,
      withinMs: Math.max(1, CONNECTING * withinMs),
    };
    // What was passed can be looked at while it is asked; what is found has to be found first.
    const early =
      options.host === undefined ? undefined : probeNetwork(options.host, options, ports, probes, over.signal);
    const [, gone] = await bounded(
      Promise.all([probes.look("files", () => seenInFiles(options, ports)), go(way, ports, probes), early]),
      stop.signal,
    );
    const { found, steps, outcome } = gone;
    const host = outcome.connection?.host ?? options.host ?? lastAsked(steps);
    if (early === undefined && host !== undefined) {
      await bounded(
        probeNetwork(host, { ...options, host: undefined } as DiagnoseOptions, ports, probes, over.signal),
        stop.signal,
      );
    }
    if (options.host === undefined) seenOnTheWay(steps, probes);
    noteProxy(options, ports, host, probes);
    seenOfHttp(steps, hearing, outcome, probes);
    probes.note("gateway", seenOfGateway(outcome, steps));
    const sends =
      found?.options.credentials !== undefined || options.credentials !== undefined || saysWho(options.headers);
    probes.note("login", seenOfLogin(outcome, sends));
    const ahead = hearing.clockAheadMs;
    probes.note("clock", ofClocks(ahead));
    if (found === undefined || outcome.connection === undefined) {
      noteWithout(outcome.error, probes);
      probes.note("versions", versionsWithout(outcome.error, hearing, ports.version));
      const error = outcome.error as KfpError;
      const cut = error.code === "CONNECTION_LOST" && host !== undefined;
      const tls = cut ? await bounded(speaksOnlyTls(host, options, ports, over.signal), stop.signal) : undefined;
      if (tls !== undefined) probes.note("tls", failed(tls.message, tls.code));
      return { verdict: notConnected(tls ?? error, ahead), probes: probes.all };
    }
    try {
      const { connection } = outcome;
      probes.note(
        "versions",
        good(`the server is ${connection.serverVersion ?? "of an unknown version"}, this client ${ports.version}`),
      );
      const refusal = await bounded(probeAccess(found, ports, probes, stop.signal), stop.signal);
      const given = options.host === undefined ? undefined : parseEndpoint(options.host).url;
      const arrived =
        given === undefined || given === connection.host ? wellConnected(connection) : elsewhere(connection, given);
      return { verdict: refusal === undefined ? arrived : refusedThere(refusal), probes: probes.all };
    } finally {
      await found.connected.close();
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!stop.signal.aborted && !isKfpError(error)) throw error;
    const reason = isKfpError(error)
      ? error
      : new ConnectError(
          "TOTAL_TIMEOUT",
          { message: `The diagnosis did not come to its end within ${withinMs} ms.` },
          [],
        );
    return { verdict: notConnected(reason, hearing.clockAheadMs), probes: probes.all };
  } finally {
    over.abort();
    await timer;
    forget();
  }
}

/** Goes the way. What ends it is a part of the answer. */
async function go(
  options: Parameters<DiagnosisPorts["connect"]>[0],
  ports: DiagnosisPorts,
  probes: Probes,
): Promise<{ readonly found?: FoundConnection; readonly steps: readonly ConnectStep[]; readonly outcome: Outcome }> {
  try {
    const found = await ports.connect(options, probes);
    const { connection } = found.connected;
    return { found, steps: connection.steps, outcome: { connection } };
  } catch (error) {
    if (!isKfpError(error)) throw error;
    return { steps: error instanceof ConnectError ? error.steps : [], outcome: { error } };
  }
}

/** What is known of versions where there is no connection: an old server was reached, and may have said its own. */
function versionsWithout(error: KfpError | undefined, { answers }: Hearing, version: string): Seen {
  if (error?.code === "UNSUPPORTED_BY_SERVER") {
    return failed(`the server is too old for this client, which is ${version}: ${error.message}`, error.code);
  }
  if (answers.length === 0) return skipped(`this client is ${version}; the server was not reached`);
  return noted(`this client is ${version}; what answered does not say which version it is`);
}

function lastAsked(steps: readonly ConnectStep[]): string | undefined {
  const url = steps.flatMap(({ asked }) => asked).at(-1)?.url;
  return url === undefined ? undefined : new URL(url).origin;
}

function noteProxy(options: DiagnoseOptions, { env }: DiagnosisPorts, host: string | undefined, probes: Probes): void {
  if (options.proxy !== undefined) {
    probes.note("proxy", noted("requests go through the proxy that was passed"));
    return;
  }
  const target = host !== undefined && URL.canParse(host) ? new URL(host) : undefined;
  const proxy = proxyOfEnvironment(env, target);
  if (proxy === undefined) {
    probes.note("proxy", good("none"));
    return;
  }
  const { name, url, catches } = proxy;
  const would = catches
    ? "programs that heed it send requests to this host there; NO_PROXY=.kubeflow,.svc,.cluster.local keeps names of a cluster away from it"
    : target === undefined
      ? "whether it is for the host is not known, as none was found"
      : "it is not for this host";
  probes.note("proxy", noted(`${name} is ${url}: this client does not look at it, and goes directly; ${would}`));
}

function ofClocks(aheadMs: number | undefined): Seen {
  if (aheadMs === undefined) return skipped("no answer said what time it is there");
  return Math.abs(aheadMs) > CLOCKS_MS ? noted(clocks(aheadMs), "CLOCKS_DIFFER") : good("both clocks agree");
}

/** What comes of work that ends with a signal, whether or not it heeds it. */
function bounded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    work.then(resolve, reject).finally(forget);
  });
}
