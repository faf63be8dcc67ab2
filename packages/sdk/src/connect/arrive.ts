import { claimsIdentity } from "../call/answer.ts";
import { checkedHeaders } from "../call/headers.ts";
import type { ClientOptions } from "../client-options.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { Deployment } from "../discovery/deployment.ts";
import { EndpointSource } from "../discovery/endpoint-source.ts";
import { parseEndpoint } from "../endpoint.ts";
import { isKfpError, KfpError } from "../errors/kfp-error.ts";
import { Asker, type AskerOptions } from "../recognition/asker.ts";
import { recognise } from "../recognition/recognise.ts";
import type { Recognised } from "../recognition/recognised.ts";
import { advice, wantsIdentity } from "./advice.ts";
import { saysWho } from "./check-options.ts";
import type { ConnectSource } from "./connect-step.ts";
import type { Deadline } from "./deadline.ts";
import type { FoundConnection } from "./found-connection.ts";
import { type Proof, prove } from "./proof.ts";
import type { Finding, Search, Target, TargetNamespace } from "./target.ts";
import type { Trail } from "./trail.ts";
import type { Transports } from "./transports.ts";
import { tunnelTransport } from "./tunnel-transport.ts";
import { reasons } from "./why.ts";

/** What arriving takes beside what looking took. */
export interface Arrival extends Search {
  readonly deadline: Deadline;
  readonly transports: Transports;
  readonly trail: Trail;
}

type Pipelines = Extract<Recognised, { readonly kind: "pipelines" }>;

/**
 * Goes to what a step has found, and looks whether it is what is looked for.
 *
 * @returns undefined where it does not answer and nobody has said that it would: then the search goes on.
 * @throws KfpError where it was said and does not answer, or refuses.
 */
export async function arrive(
  source: ConnectSource,
  finding: Extract<Finding, { readonly outcome: "found" }>,
  arrival: Arrival,
): Promise<FoundConnection | undefined> {
  const { trail, deadline } = arrival;
  trail.ask(finding.asked ?? []);
  let { target } = finding;
  for (;;) {
    try {
      return await deadline.bound(connected(source, target, arrival));
    } catch (error) {
      await target.tunnel?.close();
      if (deadline.signal.aborted || !isKfpError(error)) throw error;
      if (error instanceof NotThere) {
        // A service that is there and has nothing behind it is no reason to go elsewhere.
        if (target.said || target.tunnel !== undefined) throw error.reason;
        trail.add(source, "failed", `${upper(target.what)} does not answer: ${error.reason.message}`);
        return undefined;
      }
      const other = wantsIdentity.has(error.code)
        ? await deadline.bound(otherWay(source, target, error, arrival))
        : undefined;
      if (other === undefined) throw error;
      target = other;
    }
  }
}

/** What else there is to try where somebody wants to know who is asking. */
async function otherWay(
  source: ConnectSource,
  target: Target,
  error: KfpError,
  arrival: Search,
): Promise<Target | undefined> {
  const { options, ports } = arrival;
  const isSaid = options.credentials !== undefined || saysWho(options.headers);
  const hasOwn = isSaid || source === "context" || belongingsOf(target, arrival).credentials !== undefined;
  // A tunnel has another port each time: no session is kept for it.
  const mayBeKept = !hasOwn && target.tunnel === undefined;
  const kept = mayBeKept ? await ports.contexts?.session(parseEndpoint(target.host).url) : undefined;
  return kept === undefined ? target.otherwise?.(error) : { ...target, credentials: kept };
}

/** Nothing answers. */
class NotThere extends KfpError {
  readonly reason: KfpError;

  constructor(reason: KfpError) {
    super(reason.code, reason);
    this.reason = reason;
  }
}

async function connected(source: ConnectSource, target: Target, arrival: Arrival): Promise<FoundConnection> {
  const { options, ports, trail, deadline, transports } = arrival;
  const isLocal = target.tunnel !== undefined || source === "announced";
  const direct = transports.of({ tls: target.tls, isLocal });
  const transport = target.tunnel === undefined ? direct : tunnelTransport(direct, target.tunnel);
  const own = belongingsOf(target, arrival);
  const credentials = options.credentials ?? own.credentials;
  const userAgent = [options.userAgent, ports.platform.userAgent].filter(Boolean).join(" ");
  const headers = checkedHeaders({
    accept: "application/json",
    ...(userAgent !== "" && { "user-agent": userAgent }),
    ...options.headers,
  });
  const asking: AskerOptions = {
    transport,
    headers,
    credentials: deadline.patient(credentials),
    observer: options.observer,
    clock: ports.clock,
    signal: deadline.signal,
    // What does not answer is to be told before the time of connecting is over.
    timeoutMs: Math.max(1, Math.min(options.timeoutMs ?? 30_000, 0.9 * deadline.leftMs)),
  };
  const recognised = await recognise({ ...asking, host: target.host });
  trail.ask(recognised.asked);
  const authenticated = credentials !== undefined || "authorization" in headers || "cookie" in headers;
  const refused = {
    source,
    target,
    host: recognised.host,
    gateway: recognised.kind === "guarded" && recognised.gateway !== "other" ? recognised.gateway : undefined,
    authenticated,
    claimsIdentity: claimsIdentity(headers),
  };
  const advised = (error: KfpError): KfpError => {
    const fix = advice(error, refused);
    return fix === undefined ? error : new KfpError(error.code, { message: error.message, fix, cause: error });
  };
  if (recognised.kind === "unreachable") throw new NotThere(target.tunnel?.failure() ?? recognised.error);
  if (recognised.kind !== "pipelines") throw advised(recognised.error);
  const proof = await proofOf(recognised, namespaceOf(options.namespace, own.namespace), asking, trail).catch(
    (error: unknown) => {
      throw isKfpError(error) ? advised(error) : error;
    },
  );
  const { tunnel } = target;
  const { why, fact } = await reasons(source, target, recognised, arrival);
  trail.add(source, "used", fact);
  const { host, multiUser, serverVersion, gateway } = recognised;
  return {
    options: clientOptions(arrival, { host, transport, credentials, namespace: proof.namespace }),
    connected: {
      connection: {
        how: source,
        host,
        identity: proof.identity,
        namespace: proof.namespace,
        why,
        namespaceFrom: proof.namespaceFrom,
        serverVersion,
        multiUser,
        gateway,
        credentialsEnd: proof.tokenEnd ?? credentials?.endsAt?.(host),
        tunnel: tunnel && {
          kubeContext: tunnel.kubeContext,
          namespace: tunnel.namespace,
          service: tunnel.service,
          localPort: tunnel.localPort,
        },
        steps: trail.steps,
      },
      close: async () => tunnel?.close(),
    },
  };
}

/** What belongs to a target beside what was passed. */
interface Belongings {
  readonly credentials?: Credentials | undefined;
  readonly namespace?: TargetNamespace | undefined;
}

/** What belongs to a target: who is asking there, and in which namespace. It is for this target, and sent to nobody else. */
function belongingsOf(target: Target, { options, ports }: Search): Belongings {
  const endpoint = EndpointSource.given(parseEndpoint(target.host));
  const deployment = new Deployment({ ...options, host: undefined } as ClientOptions, ports.platform.surroundings);
  const own = deployment.podOf(endpoint)?.namespace;
  const ofPod = own === undefined ? undefined : { name: own, from: "the pod's own namespace", said: false };
  const namespace = target.namespace ?? ofPod;
  if (options.credentials !== undefined || saysWho(options.headers)) return { namespace };
  if (target.credentials !== undefined) return { namespace, credentials: target.credentials };
  return { namespace, credentials: deployment.offersToken(endpoint) ? ports.platform.mountedToken() : undefined };
}

/** The namespace to work in: what was passed, else what belongs to the target. */
function namespaceOf(passed: string | undefined, belonging: TargetNamespace | undefined): TargetNamespace | undefined {
  if (passed === undefined) return belonging;
  return passed === "" ? undefined : { name: passed, from: "the option namespace", said: true };
}

async function proofOf(
  { host, multiUser }: Pipelines,
  namespace: TargetNamespace | undefined,
  asking: AskerOptions,
  trail: Trail,
): Promise<Omit<Proof, "namespaceFrom"> & { readonly namespaceFrom: string | undefined }> {
  const asker = new Asker(asking);
  if (multiUser) {
    try {
      return await prove(asker, parseEndpoint(host), namespace);
    } finally {
      trail.ask(asker.asked);
    }
  }
  const token = await asker.tokenFacts(parseEndpoint(host));
  return {
    identity: undefined,
    namespace: namespace?.name,
    namespaceFrom: namespace && `${namespace.from}; a server for a single user does not look at it`,
    tokenEnd: token?.expiresAt,
  };
}

function clientOptions(
  { options }: Search,
  found: Pick<ClientOptions, "host" | "credentials" | "namespace"> & { readonly transport: ClientOptions["transport"] },
): ClientOptions {
  const {
    withinMs: _within,
    onStep: _tell,
    context: _context,
    kubeContext: _kubeContext,
    kubeconfig: _kubeconfig,
    service: _service,
    localPort: _port,
    tls: _tls,
    lookup: _lookup,
    proxy: _proxy,
    connectTimeoutMs: _time,
    fetch: _fetch,
    ...common
  } = options;
  return { ...common, ...found, namespace: found.namespace ?? "" } as ClientOptions;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
