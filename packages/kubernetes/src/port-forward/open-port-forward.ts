import { createServer, type Server } from "node:net";
import type { Kubernetes } from "../kubernetes.ts";
import { KubernetesError } from "../kubernetes-error.ts";
import { onAbort } from "../on-abort.ts";
import { listenHere } from "./listen.ts";
import type { PortForward, PortForwardOptions, PortForwardTarget, ServicePort } from "./port-forward.ts";
import { PortForwardError } from "./port-forward-error.ts";
import { Relay } from "./relay.ts";
import type { Way } from "./way.ts";
import { Ways } from "./ways.ts";

const PATIENCE_MS = 10_000;
const PROBE_MS = 15_000;
/** How long the way that was opened first waits for somebody to use it, in milliseconds. */
const SPARE_MS = 5_000;

/**
 * Opens a port of 127.0.0.1 whose connections go to a pod of a service, through the Kubernetes API. Once it is open, a
 * first way to a pod has been opened, so what is not allowed is known. Pods may come and go: a connection goes to one that
 * is ready, and waits for one where there is none. The connections of a pod that is lost are cut; only what cannot have
 * arrived at a pod is sent to another one.
 *
 * It does not keep the process from ending, and it does not end the `kubernetes` that it uses.
 *
 * @throws PortForwardError; KubernetesError where the cluster refuses or does not answer; what the signal is aborted with
 */
export async function openPortForward(
  kubernetes: Kubernetes,
  target: PortForwardTarget,
  options: PortForwardOptions = {},
): Promise<PortForward> {
  options.signal?.throwIfAborted();
  const forward = new OpenPortForward(kubernetes, target, options);
  try {
    await forward.open();
    return forward;
  } catch (error) {
    await forward.close();
    throw options.signal?.aborted ? options.signal.reason : error;
  }
}

class OpenPortForward implements PortForward {
  readonly target: PortForwardTarget;
  readonly #options: PortForwardOptions;
  /** Where the Kubernetes API is. */
  readonly #cluster: string;
  readonly #patienceMs: number;
  readonly #ways: Ways;
  readonly #server: Server;
  readonly #relays = new Set<Relay>();
  readonly #ending = new AbortController();
  readonly #forget: (() => void) | undefined;
  #localPort = 0;
  #probes: NodeJS.Timeout | undefined;
  #spare: { readonly way: Way; readonly timer: NodeJS.Timeout } | undefined;
  #closed: Promise<void> | undefined;

  constructor(kubernetes: Kubernetes, target: PortForwardTarget, options: PortForwardOptions) {
    this.target = target;
    this.#options = options;
    this.#cluster = kubernetes.access.server;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.#ways = new Ways({
      kubernetes,
      target,
      signal: this.#ending.signal,
      timeoutMs: this.#patienceMs,
      tell: (event) => {
        if (!this.#ending.signal.aborted) options.onEvent?.(event);
      },
    });
    // Half an end is passed on as far as that goes, by the relay.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const relay: Relay = new Relay(socket, {
        patienceMs: this.#patienceMs,
        open: (signal, attempt) => this.#wayFor(signal, attempt),
        ended: (way, error, unanswered) => this.#ways.ended(way, error, unanswered),
        answered: () => this.#ways.answered(),
        closed: () => this.#relays.delete(relay),
      });
      this.#relays.add(relay);
    });
    const { signal } = options;
    this.#forget = signal === undefined ? undefined : onAbort(signal, () => void this.close());
  }

  get localPort(): number {
    return this.#localPort;
  }

  get servicePort(): ServicePort {
    return this.#ways.servicePort ?? { number: Number(this.target.port), name: undefined, appProtocol: undefined };
  }

  failure(): Error | undefined {
    return this.#ways.failure;
  }

  async open(): Promise<void> {
    this.#localPort = await listenHere(this.#server, this.#options.localPort ?? 0);
    if (this.#options.holdsProcess !== true) this.#server.unref();
    const way = await this.#firstWay();
    this.#probes = setInterval(() => void this.#ways.probe(), this.#options.probeMs ?? PROBE_MS).unref();
    const timer = setTimeout(() => this.#takeSpare()?.close(), SPARE_MS).unref();
    this.#spare = { way, timer };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #firstWay(): Promise<Way> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), this.#patienceMs);
    const forget = onAbort(this.#ending.signal, () => patience.abort());
    try {
      return await this.#ways.open({ signal: patience.signal, first: true });
    } catch (error) {
      if (this.#ending.signal.aborted || !patience.signal.aborted) throw error;
      throw this.#ways.failure ?? this.#noWayInTime();
    } finally {
      clearTimeout(timer);
      forget();
    }
  }

  #noWayInTime(): Error {
    const { namespace, service } = this.target;
    if (this.#ways.servicePort === undefined) {
      // Nobody has said anything of the service yet: its pods are not to be blamed.
      const fact = `The cluster at ${this.#cluster} did not say within ${this.#patienceMs} ms where the pods of the service ${namespace}/${service} are.`;
      return new KubernetesError(fact, { status: 0 });
    }
    const fact = `No pod of the service ${namespace}/${service} was reached within ${this.#patienceMs} ms.`;
    return new PortForwardError("NO_READY_POD", fact);
  }

  async #wayFor(signal: AbortSignal, attempt: number): Promise<Way> {
    return this.#takeSpare() ?? this.#ways.open({ signal, attempt });
  }

  #takeSpare(): Way | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    clearTimeout(spare?.timer);
    return spare?.way;
  }

  async #close(): Promise<void> {
    this.#forget?.();
    this.#ending.abort(new Error("The port-forward was closed."));
    clearInterval(this.#probes);
    this.#takeSpare();
    for (const relay of this.#relays) relay.destroy();
    this.#ways.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
