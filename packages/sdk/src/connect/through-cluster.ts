import { ownPod } from "../discovery/pod.ts";
import { badOption } from "../errors/bad-argument.ts";
import { isKfpError, KfpError } from "../errors/kfp-error.ts";
import type { FindInClusterOptions, InCluster, ServiceInCluster, Tunnel } from "../tunnels/tunnel.ts";
import type { Finding, Search, Target } from "./target.ts";

/** The services of Kubeflow Pipelines, the preferred first: the web server also answers where the mesh guards the API. */
const PIPELINES = ["ml-pipeline-ui", "ml-pipeline"];
/** Where Kubeflow lets people in who log in. */
const GATEWAY = { namespace: "istio-system", name: "istio-ingressgateway" };

/** A service by its name and its namespace. */
interface Place {
  readonly namespace: string;
  readonly name: string;
}

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
  const names = named === undefined ? PIPELINES : [named.name];
  const likely = [options.pipelinesNamespace, options.namespace, "kubeflow"].filter((name) => !!name) as string[];
  let cluster: InCluster | undefined;
  try {
    const looking = { ...choiceOf(search), names, namespaces: [...new Set(likely)] };
    cluster = await (said ? ports.tunnels.find({ ...looking, signal }) : findInTime(search, looking));
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
  const place = chosenPlace(cluster, search);
  if (place === undefined) {
    const fact = notThere(cluster, names);
    if (said) throw new KfpError("SERVICE_NOT_FOUND", { message: fact, cause: cluster.refusal });
    return { outcome: "absent", fact };
  }
  return { outcome: "found", target: await open(search, place, said, named === undefined) };
}

/** The part of the whole time that a cluster gets that nobody has asked for: a VPN may be off, and what comes next has its turn. */
const UNASKED = 0.3;

async function findInTime(
  { ports, options, signal }: Search,
  looking: Omit<FindInClusterOptions, "signal">,
): Promise<InCluster | undefined> {
  const timeMs = UNASKED * (options.withinMs ?? 10_000);
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

/** Whether a pod's own account was refused, which hardly any is allowed to list services. Nobody has chosen it. */
function isOnlyThePod({ ports }: Search, { code }: KfpError): boolean {
  return code === "CLUSTER_DENIED" && !ports.env.KUBECONFIG && ownPod(ports.platform.surroundings) !== undefined;
}

/** `ml-pipeline-ui`, or `istio-system/istio-ingressgateway`. */
function serviceOf(service: string | undefined): { name: string; namespace: string | undefined } | undefined {
  if (service === undefined) return undefined;
  const parts = service.split("/");
  const [first = "", second] = parts;
  if (parts.length > 2 || parts.some((part) => !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(part))) {
    throw badOption(
      `service is ${JSON.stringify(service)}, which names no service.`,
      'Give its name, or its namespace and its name: "kubeflow/ml-pipeline-ui"',
    );
  }
  return second === undefined ? { name: first, namespace: undefined } : { name: second, namespace: first };
}

/** @throws KfpError AMBIGUOUS_ENDPOINT where it could be one of several. */
function chosenPlace(cluster: InCluster, { options }: Search): Place | undefined {
  const { services } = cluster;
  const within = (namespace: string | undefined) => services.filter((service) => service.namespace === namespace);
  const own = within(options.namespace || undefined);
  const candidates = options.pipelinesNamespace ? within(options.pipelinesNamespace) : own.length > 0 ? own : services;
  const namespaces = [...new Set(candidates.map(({ namespace }) => namespace))];
  if (namespaces.length > 1) throw ambiguous(cluster, candidates, namespaces);
  // The names that were asked for are in the order in which they are preferred.
  return candidates[0];
}

function ambiguous(
  { kubeContext }: InCluster,
  candidates: readonly ServiceInCluster[],
  namespaces: readonly string[],
): KfpError {
  const inContext = kubeContext === undefined ? "" : ` kubeContext: ${JSON.stringify(kubeContext)},`;
  const list = namespaces.map((namespace) => {
    const name = candidates.find((service) => service.namespace === namespace)?.name;
    return `  connect({${inContext} service: ${JSON.stringify(`${namespace}/${name}`)} })`;
  });
  return new KfpError("AMBIGUOUS_ENDPOINT", {
    message: `The cluster${nameOf(kubeContext)} has a Kubeflow Pipelines in ${namespaces.length} namespaces, and nothing says which is meant: ${namespaces.join(", ")}.`,
    fix: `Say which:\n${list.join("\n")}`,
  });
}

function notThere({ kubeContext, namespaces, refusal }: InCluster, names: readonly string[]): string {
  const where = namespaces === undefined ? "in any namespace" : `in the namespaces ${namespaces.join(", ")}`;
  const why = refusal === undefined ? "" : ` Others could not be looked into: ${refusal.message}`;
  return `The cluster${nameOf(kubeContext)} has no service ${names.join(" or ")} ${where}.${why}`;
}

function nameOf(kubeContext: string | undefined): string {
  return kubeContext === undefined ? "" : ` of the kubeconfig's context ${kubeContext}`;
}

async function open(search: Search, place: Place, said: boolean, mayGoElsewhere = false): Promise<Target> {
  const tunnel = await opened(search, place, search.options.localPort);
  const where = `${tunnel.namespace}/${tunnel.service}${nameOf(tunnel.kubeContext)}`;
  return {
    host: hostOf(tunnel),
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
    ?.find({ ...choiceOf(search), names: [GATEWAY.name], namespaces: [GATEWAY.namespace], signal })
    .catch((failure: unknown) => {
      signal.throwIfAborted();
      if (!isKfpError(failure)) throw failure;
      return undefined;
    });
  const gateway = found?.services.find(({ namespace }) => namespace === GATEWAY.namespace);
  if (gateway === undefined) return undefined;
  const tunnel = await opened(search, gateway, search.options.localPort);
  return {
    host: hostOf(tunnel),
    what: `a tunnel to the gateway ${tunnel.namespace}/${tunnel.service}${nameOf(tunnel.kubeContext)}`,
    said,
    tunnel,
    notes: [`${before} does not know who is asking (${error.code}), so the way is through the gateway.`],
  };
}

function opened(search: Search, { namespace, name }: Place, localPort: number | undefined): Promise<Tunnel> {
  const { ports, options, signal } = search;
  if (ports.tunnels === undefined) throw new TypeError("There are no tunnels here.");
  // A pod that is not ready is to be told before the time of connecting is over.
  const patienceMs = Math.min(10_000, 0.6 * (options.withinMs ?? 10_000));
  return ports.tunnels.open({ ...choiceOf(search), namespace, service: name, localPort, patienceMs, signal });
}

function choiceOf({ ports, options }: Search) {
  return { env: ports.env, kubeContext: options.kubeContext, kubeconfig: options.kubeconfig };
}

/** Behind a gateway the API is where full Kubeflow has it. */
function hostOf({ host, service }: Tunnel): string {
  return /gateway/.test(service) ? `${host}/pipeline` : host;
}
