import type { PodPort, ReadyPods } from "./pod-port.ts";
import type { PortForwardTarget } from "./port-forward.ts";
import { PortForwardError } from "./port-forward-error.ts";

/** After that many milliseconds the pod that is used is looked at again: it may have become one that is not ready. */
const FRESH_MS = 10_000;
/** A cluster that has just had no pod is not asked again sooner, however many connections wait, in milliseconds. */
const SPACING_MS = 200;
/** For how long a pod that failed comes after all others, in milliseconds. */
const SHUNNED_MS = 60_000;

/** What a {@link PodFinder} needs. */
export interface PodFinderOptions {
  readonly target: PortForwardTarget;
  /** Asks the cluster. */
  readonly find: () => Promise<ReadyPods>;
  /** Milliseconds of any clock that never goes back. */
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Knows to which pod connections go. However many ask at once, the cluster is asked once. */
export class PodFinder {
  readonly #options: PodFinderOptions;
  #chosen: { readonly pod: PodPort; readonly at: number } | undefined;
  #search: Promise<PodPort> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;
  /** When pods failed, by their uid. */
  readonly #failures = new Map<string, number>();

  constructor(options: PodFinderOptions) {
    this.#options = options;
  }

  /** @throws PortForwardError NO_READY_POD, and whatever the search ends with */
  async pod(): Promise<PodPort> {
    if (this.#chosen === undefined) return this.#searched();
    // Nobody waits for this: while the pod serves, a cluster that does not answer is no reason to fail.
    if (this.#options.now() - this.#chosen.at > FRESH_MS) this.#searched().catch(() => undefined);
    return this.#chosen.pod;
  }

  /** A pod, or the way to it, is lost: others are preferred. @returns whether it was the one that connections go to. */
  lost({ uid }: PodPort): boolean {
    this.#failures.set(uid, this.#options.now());
    if (this.#chosen?.pod.uid !== uid) return false;
    this.#chosen = undefined;
    return true;
  }

  #searched(): Promise<PodPort> {
    this.#search ??= this.#look().finally(() => {
      this.#search = undefined;
    });
    return this.#search;
  }

  async #look(): Promise<PodPort> {
    const { find, now, pause } = this.#options;
    const wait = this.#failedAt + SPACING_MS - now();
    if (wait > 0) await pause(wait);
    try {
      const pod = this.#best(await find());
      this.#chosen = { pod, at: now() };
      return pod;
    } catch (error) {
      this.#failedAt = now();
      throw error;
    }
  }

  /** The pod that is used stays the one; one that failed is taken where there is no other, the longest ago first. */
  #best({ pods, unready }: ReadyPods): PodPort {
    const now = this.#options.now();
    for (const [uid, at] of this.#failures) if (now - at > SHUNNED_MS) this.#failures.delete(uid);
    const used = this.#chosen?.pod.uid;
    const rank = ({ uid }: PodPort): number =>
      uid === used ? Number.NEGATIVE_INFINITY : (this.#failures.get(uid) ?? Number.MIN_SAFE_INTEGER);
    const [best] = pods.toSorted((one, other) => rank(one) - rank(other));
    if (best !== undefined) return best;
    const { namespace, service } = this.#options.target;
    const others = unready.length === 0 ? "" : ` Not ready: ${unready.slice(0, 5).join(", ")}.`;
    throw new PortForwardError(
      "NO_READY_POD",
      `The service ${namespace}/${service} has no pod that is ready.${others}`,
    );
  }
}
