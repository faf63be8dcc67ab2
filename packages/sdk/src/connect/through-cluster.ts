import { ownPod } from "../discovery/pod.ts";
import { badOption } from "../errors/bad-argument.ts";
import { isKfpError, KfpError } from "../errors/kfp-error.ts";
import {
  chooseService,
  endpointOfTunnel,
  gateway,
  gatewayIn,
  namespacesToLookInto,
  pipelinesServices,
  type ServiceName,
} from "../tunnels/choose-service.ts";
import type { FindInClusterOptions, InCluster, Tunnel } from "../tunnels/tunnel.ts";
import type { Finding, Search, Target } from "./target.ts";

/**
 * Finds a Kubeflow Pipelines in the cluster of a kubeconfig, and opens a tunnel to it.
 *
 * @param said - Whether this way was asked for. If not, a cluster that is not there is passed over.
 * @throws KfpError SERVICE_NOT_FOUND, AMBIGUOUS_ENDPOINT, TUNNEL_FAILED, CLUSTER_DENIED; where it was asked for, also
 * CLUSTER_UNREACHABLE and KUBECONFIG_UNUSABLE.
 */
export async function throughCluster(search: Search, said: boolean): Promise<Finding> {
  const { ports, options, signal } = search;
  if (ports.tunnels === undefined) return { outcome: "absent", fact: "There are no ways into a cluster here." };
  const named = serviceOf(options.service);
  const namespace = named?.namespace ?? (options.pipelinesNamespace || undefined);
  if (named !== undefined && namespace !== undefined) {
    return { outcome: "found", target: await open(search, { ...named, namespace }, said) };
  }
  const names = named === undefined ? pipelinesServices : [named.service];
  const wanted = { namespace, likely: options.namespace || undefined };
  let cluster: InCluster | undefined;
  try {
    const looking = { ...choiceOf(search), names, namespaces: namespacesToLookInto(wanted) };
    cluster = await findInTime(search, looking, said ? ASKED : UNASKED);
  } catch (error) {
    signal.throwIfAborted();
    if (said || !isKfpError(error)) throw error;
    const isPassedOver = error.code === "CLUSTER_UNREACHABLE" || error.code === "KUBECONFIG_UNUSABLE";
    if (!isPassedOver && !isOnlyThePod(search, error)) throw error;
    return { outcome: "failed", fact: error.message };
  }
  if (cluster === undefined) {
    if (said) throw new KfpError("KUBECONFIG_UNUSABLE", { message: "There is no kubeconfig for the tunnel." });
    return { outcome: "absent", fact: "There is no kubeconfig." };
  }
  let place: ServiceName;
  try {
    place = chooseService(cluster, names, wanted, inOptions(cluster));
  } catch (error) {
    // That there is none, as far as may be seen, is no reason not to look elsewhere.
    if (said || !isKfpError(error) || error.code === "AMBIGUOUS_ENDPOINT") throw error;
    return { outcome: "absent", fact: error.message };
  }
  return { outcome: "found", target: await open(search, { ...place, port: named?.port }, said, named === undefined) };
}

/**
 * The part of the whole time that a cluster gets until it has said which services it has: one that was asked for, so that
 * its silence is told before the time is over; and one that nobody has asked for: a VPN may be off, and what comes next has
 * its turn.
 */
const ASKED = 0.6;
const UNASKED = 0.3;

async function findInTime(
  { ports, options, signal }: Search,
  looking: Omit<FindInClusterOptions, "signal">,
  part: number,
): Promise<InCluster | undefined> {
  const timeMs = part * (options.withinMs ?? 10_000);
  const over = new AbortController();
  const isFound = new AbortController();
  const late = ports.clock.sleep(timeMs, isFound.signal).then(() => {
    over.abort();
    const message = `The cluster of the kubeconfig did not answer within ${Math.round(timeMs)} ms.`;
    throw new KfpError("CLUSTER_UNREACHABLE", { message });
  });
  const finding = ports.tunnels?.find({ ...looking, signal: AbortSignal.any([signal, over.signal]) });
  try {
    return await Promise.race([finding, late]);
  } finally {
    isFound.abort();
    // Whichever of the two comes later is of no interest any more.
    for (const one of [finding, late]) one?.catch(() => undefined);
  }
}

/** How a service is named to connect(). */
function inOptions({ kubeContext }: InCluster): (service: ServiceName) => string {
  const inContext = kubeContext === undefined ? "" : ` kubeContext: ${JSON.stringify(kubeContext)},`;
  return ({ namespace, service }) => `connect({${inContext} service: ${JSON.stringify(`${namespace}/${service}`)} })`;
}

/** Whether a pod's own account was refused, which hardly any is allowed to list services. Nobody has chosen it. */
function isOnlyThePod({ ports }: Search, { code }: KfpError): boolean {
  return code === "CLUSTER_DENIED" && !ports.env.KUBECONFIG && ownPod(ports.platform.surroundings) !== undefined;
}

/** A service as the option `service` names it. */
interface NamedService {
  readonly service: string;
  readonly namespace: string | undefined;
  readonly port: number | string | undefined;
}

/** `ml-pipeline-ui`, `istio-system/istio-ingressgateway`, `kubeflow/ml-pipeline:8888`. */
function serviceOf(text: string | undefined): NamedService | undefined {
  if (text === undefined) return undefined;
  const [, namespace, service, port] =
    /^(?:([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\/)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?::([a-z0-9-]{1,15}))?$/.exec(text) ??
    [];
  if (service === undefined) {
    throw badOption(
      `service is ${JSON.stringify(text)}, which names no service.`,
      'Give its name, its namespace before it and its port behind it: "kubeflow/ml-pipeline-ui", "kubeflow/ml-pipeline:8888"',
    );
  }
  return { service, namespace, port: port !== undefined && /^\d+$/.test(port) ? Number(port) : port };
}

function nameOf(kubeContext: string | undefined): string {
  return kubeContext === undefined ? "" : ` of the kubeconfig's context ${kubeContext}`;
}

/** A service, and the port of it that was said. */
type Place = ServiceName & Partial<Pick<NamedService, "port">>;

async function open(search: Search, place: Place, said: boolean, mayGoElsewhere = false): Promise<Target> {
  const tunnel = await opened(search, place, search.options.localPort);
  const where = `${tunnel.namespace}/${tunnel.service}${nameOf(tunnel.kubeContext)}`;
  return {
    host: endpointOfTunnel(tunnel),
    what: `a tunnel to ${where}`,
    said,
    tunnel,
    ...(mayGoElsewhere && { otherwise: (error: KfpError) => throughGateway(search, said, where, error) }),
  };
}

/** The gateway of full Kubeflow; undefined where there is none. */
async function throughGateway(
  search: Search,
  said: boolean,
  before: string,
  error: KfpError,
): Promise<Target | undefined> {
  const { ports, signal } = search;
  const found = await ports.tunnels
    ?.find({ ...choiceOf(search), names: [gateway.service], namespaces: [gateway.namespace], signal })
    .catch((failure: unknown) => {
      signal.throwIfAborted();
      if (!isKfpError(failure)) throw failure;
      return undefined;
    });
  const place = found && gatewayIn(found);
  if (place === undefined) return undefined;
  const tunnel = await opened(search, place, search.options.localPort);
  return {
    host: endpointOfTunnel(tunnel),
    what: `a tunnel to the gateway ${tunnel.namespace}/${tunnel.service}${nameOf(tunnel.kubeContext)}`,
    said,
    tunnel,
    notes: [`${before} does not know who is asking (${error.code}), so the way is through the gateway.`],
  };
}

function opened(search: Search, { namespace, service, port }: Place, localPort: number | undefined): Promise<Tunnel> {
  const { ports, options, signal } = search;
  if (ports.tunnels === undefined) throw new TypeError("There are no tunnels here.");
  // A pod that is not ready is to be told before the time of connecting is over.
  const patienceMs = Math.min(10_000, 0.6 * (options.withinMs ?? 10_000));
  return ports.tunnels.open({ ...choiceOf(search), namespace, service, port, localPort, patienceMs, signal });
}

function choiceOf({ ports, options }: Search) {
  return { env: ports.env, kubeContext: options.kubeContext, kubeconfig: options.kubeconfig };
}
