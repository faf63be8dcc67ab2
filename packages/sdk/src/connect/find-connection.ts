import { milliseconds } from "../call/times.ts";
import type { ClientOptions } from "../client-options.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import { checkConnection } from "../kfp-client.ts";
import { arrive } from "./arrive.ts";
import { checkWay } from "./check-options.ts";
import type { ConnectOptions } from "./connect-options.ts";
import type { ConnectSource } from "./connect-step.ts";
import { Deadline } from "./deadline.ts";
import type { FoundConnection } from "./found-connection.ts";
import { noEndpoint } from "./no-endpoint.ts";
import type { ConnectPorts } from "./ports.ts";
import { announced } from "./steps/announced.ts";
import { context } from "./steps/context.ts";
import { environment } from "./steps/environment.ts";
import { kubeconfig } from "./steps/kubeconfig.ts";
import { passed } from "./steps/passed.ts";
import { pod } from "./steps/pod.ts";
import type { Search, Step } from "./target.ts";
import { Trail } from "./trail.ts";
import { Transports } from "./transports.ts";

const allSteps: readonly Step[] = [passed, context, environment, pod, kubeconfig, announced];

/**
 * Looks for a Kubeflow Pipelines, one thing after the other, and goes to the first that is there.
 *
 * @throws ConnectError; what the caller's signal was aborted with, as it is.
 */
export async function findConnection(options: ConnectOptions, ports: ConnectPorts): Promise<FoundConnection> {
  const trail = new Trail(ports.clock, options.onStep);
  try {
    const withinMs = milliseconds("withinMs", options.withinMs ?? 10_000);
    checkConnection(options as ClientOptions);
    checkWay(options, ports);
    return await goThrough(options, ports, withinMs, trail);
  } catch (error) {
    throw isKfpError(error) ? trail.failed("passed", error) : error;
  }
}

async function goThrough(
  options: ConnectOptions,
  ports: ConnectPorts,
  withinMs: number,
  trail: Trail,
): Promise<FoundConnection> {
  const transports = new Transports(options, ports, withinMs);
  const deadline = new Deadline(ports.clock, withinMs, options.signal);
  const search: Search = { options, ports, signal: deadline.signal, transport: transports.usual };
  let looking: ConnectSource = "passed";
  try {
    for (const step of stepsFor(options, ports)) {
      looking = step.source;
      trail.begin();
      const finding = await deadline.bound(step.look(search));
      if (finding.outcome !== "found") {
        trail.add(step.source, finding.outcome, finding.fact, finding.asked);
        continue;
      }
      const arrived = await arrive(step.source, finding, { ...search, deadline, transports, trail });
      if (arrived === undefined) continue;
      transports.close(arrived.options.transport);
      return arrived;
    }
    throw noEndpoint(trail.steps, ports.contexts !== undefined);
  } catch (error) {
    transports.close();
    options.signal?.throwIfAborted();
    if (deadline.signal.aborted) {
      const message = `No connection came about within ${withinMs} ms; this was looked at last: ${looking}.`;
      const late = new TimeoutError(
        "TOTAL_TIMEOUT",
        { message, cause: isKfpError(error) ? error : undefined },
        withinMs,
      );
      throw trail.failed(looking, late);
    }
    throw isKfpError(error) ? trail.failed(looking, error) : error;
  } finally {
    deadline.end();
  }
}

/** What was passed is the only way; where nothing was, everything else is looked at. */
function stepsFor({ host, context: name, ...others }: ConnectOptions, ports: ConnectPorts): readonly Step[] {
  const { kubeContext, kubeconfig: file, service, localPort } = others;
  if ([host, kubeContext, file, service, localPort].some((one) => one !== undefined)) return [passed];
  if (name !== undefined) return [context];
  return ports.contexts === undefined ? [passed] : allSteps;
}
