import type { Kubernetes, KubernetesObject } from "../kubernetes.ts";
import { KubernetesError } from "../kubernetes-error.ts";
import { within } from "../within.ts";
import { pause } from "./pause.ts";
import { PodFinder } from "./pod-finder.ts";
import type { PodPort } from "./pod-port.ts";
import type { PortForwardEvent, PortForwardTarget, ServicePort } from "./port-forward.ts";
import { PortForwardError } from "./port-forward-error.ts";
import { readyPods } from "./ready-pods.ts";
import { openWay, type Way } from "./way.ts";

/** What {@link Ways} are opened with. */
export interface WaysOptions {
  readonly kubernetes: Kubernetes;
  readonly target: PortForwardTarget;
  /** Ends all of them. */
  readonly signal: AbortSignal;
  /** How long the opening of one way may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly tell: (event: PortForwardEvent) => void;
}

/** How a way is opened. */
export interface OpenOptions {
  /** Ends the search; what it was aborted with is thrown. */
  readonly signal: AbortSignal;
  /** How many ways there were before for the same bytes. @default 0 */
  readonly attempt?: number | undefined;
  /** Whether this is the first of all: what cannot be found is then an error, and not waited for. @default false */
  readonly first?: boolean | undefined;
}

/** A pod, as far as it is looked at. */
interface Pod extends KubernetesObject {
  readonly status?: { readonly phase?: string };
}

/** After what failed, the next is tried so much later, and then twice as long each time, in milliseconds. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** All ways of a forward to the pods of its service, which come and go. */
export class Ways {
  readonly #options: WaysOptions;
  readonly #finder: PodFinder;
  readonly #open = new Set<Way>();
  #servicePort: ServicePort | undefined;
  /** The pod that connections go to, as it was told. */
  #told: PodPort | undefined;
  #failure: Error | undefined;

  constructor(options: WaysOptions) {
    this.#options = options;
    const { kubernetes, target, signal } = options;
    this.#finder = new PodFinder({
      target,
      find: async () => {
        const found = await readyPods(kubernetes, target, signal);
        this.#servicePort = found.servicePort;
        return found;
      },
      now: () => performance.now(),
      pause: (milliseconds) => pause(milliseconds, signal, false),
    });
  }

  /** The port of the service; known once a way is open. */
  get servicePort(): ServicePort | undefined {
    return this.#servicePort;
  }

  /** Why the last way came to nothing; undefined once a pod has answered again. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /**
   * Opens a way to a pod that is ready, and looks for another one for as long as the signal lets it.
   *
   * @throws PortForwardError, KubernetesError where waiting is of no use
   */
  async open({ signal, attempt = 0, first = false }: OpenOptions): Promise<Way> {
    for (let tried = attempt; ; tried++) {
      // Who waits for the first keeps the process going. After that only those do who use the forward.
      if (tried > 0) await pause(pauseBefore(tried), signal, first);
      let found = false;
      try {
        const pod = await within(this.#finder.pod(), signal);
        found = true;
        return await this.#openTo(pod, signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        this.#failure = error as Error;
        if (isFinal(error) || (first && !found && !isLackOfPods(error))) throw error;
      }
    }
  }

  /** A way has ended. @param unanswered - Whether the pod still owed an answer. */
  ended({ pod }: Way, error: PortForwardError | undefined, unanswered: boolean): void {
    if (error !== undefined) this.#failure = error;
    // A connection that the pod itself has closed says nothing of the next one, unless there was something to answer.
    if (error === undefined ? unanswered : true) this.#lost(pod, error ?? closedUnanswered(pod));
  }

  /** A pod has answered. */
  answered(): void {
    this.#failure = undefined;
  }

  /**
   * Asks all ways for a sign of life. Where a pod owes an answer for long, the cluster is asked whether it still exists:
   * the way to one that is gone may stay open without an end.
   */
  async probe(): Promise<void> {
    for (const way of this.#open) way.probe();
    const overdue = [...this.#open].filter((way) => way.overdue);
    const pods = new Map(overdue.map(({ pod }) => [pod.uid, pod]));
    await Promise.all(
      [...pods.values()].map(async (pod) => {
        if (!(await this.#isGone(pod))) return;
        const error = new PortForwardError("WAY_LOST", `The pod ${pod.pod} is gone.`);
        for (const way of this.#open) if (way.pod.uid === pod.uid) way.fail(error);
      }),
    );
  }

  /** Ends all ways. */
  destroy(): void {
    for (const way of this.#open) way.destroy();
  }

  async #isGone({ namespace, pod, uid }: PodPort): Promise<boolean> {
    const { kubernetes, signal } = this.#options;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`;
    try {
      const { metadata, status } = await kubernetes.call<Pod>({ method: "GET", path, signal });
      return (uid !== pod && metadata.uid !== uid) || status?.phase === "Succeeded" || status?.phase === "Failed";
    } catch (error) {
      // Who may not look, or cannot, waits as before.
      return error instanceof KubernetesError && error.status === 404;
    }
  }

  async #openTo(pod: PodPort, signal: AbortSignal): Promise<Way> {
    const { kubernetes, timeoutMs, tell } = this.#options;
    try {
      const way: Way = await openWay(kubernetes, pod, { signal, timeoutMs, over: () => this.#open.delete(way) });
      // Whoever wanted it may have gone while the last step was made: nobody else would end it.
      if (signal.aborted) {
        way.destroy();
        throw signal.reason;
      }
      this.#open.add(way);
      if (this.#told?.uid !== pod.uid) {
        this.#told = pod;
        tell({ type: "forwarding", pod: pod.pod, port: pod.port });
      }
      return way;
    } catch (error) {
      if (!signal.aborted) this.#lost(pod, error as Error);
      throw error;
    }
  }

  #lost(pod: PodPort, error: Error): void {
    // Where the Kubernetes API itself is gone or refuses, the pod is none the worse for it.
    if (!(error instanceof KubernetesError && error.status === 0) && !isFinal(error)) this.#finder.lost(pod);
    if (this.#told?.uid !== pod.uid) return;
    this.#told = undefined;
    this.#options.tell({ type: "interrupted", pod: pod.pod, error });
  }
}

/** Whether nothing but a change of what is allowed, or of the service, would help. */
function isFinal(error: unknown): boolean {
  if (error instanceof KubernetesError) return error.status === 401 || error.status === 403;
  return error instanceof PortForwardError && (error.code === "UNKNOWN_PORT" || error.code === "NO_PODS");
}

function isLackOfPods(error: unknown): boolean {
  return error instanceof PortForwardError && error.code === "NO_READY_POD";
}

function pauseBefore(attempt: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
}

function closedUnanswered({ pod }: PodPort): PortForwardError {
  return new PortForwardError("POD_BROKE_OFF", `The pod ${pod} closed a connection without an answer.`);
}
