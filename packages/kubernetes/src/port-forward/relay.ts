import type { Socket } from "node:net";
import type { PortForwardError } from "./port-forward-error.ts";
import type { Way } from "./way.ts";

/** What a {@link Relay} needs of the forward that it belongs to. */
export interface RelayOptions {
  /** How long it may take until a pod is reached, in milliseconds. */
  readonly patienceMs: number;
  /** Opens a way to a pod. @param attempt - How many there were before for the same bytes. */
  readonly open: (signal: AbortSignal, attempt: number) => Promise<Way>;
  /** A way has ended. @param unanswered - Whether the pod still owed an answer. */
  readonly ended: (way: Way, error: PortForwardError | undefined, unanswered: boolean) => void;
  /** A pod has said something. */
  readonly answered: () => void;
  readonly closed: () => void;
}

/** What is kept of the bytes that no pod has answered, to go to another pod; and what is taken before there is a way. */
const HELD_BYTES = 256 * 1024;
/** More must not wait in this process for a slow pod. */
const HIGH_BYTES = 1024 * 1024;
/** How long a side that has said all may wait for the rest of the answer, in milliseconds. */
const HALF_OPEN_MS = 10_000;
/** How long this machine may take to close what was closed on the other side, in milliseconds. */
const CLOSE_MS = 2_000;

/**
 * One connection of this machine, and its way to a pod. While no byte can have arrived at a pod, the bytes may take another
 * way to another pod. After that never: nobody knows what the first has done with them, and the connection is cut.
 */
export class Relay {
  readonly #socket: Socket;
  readonly #options: RelayOptions;
  #way: Way | undefined;
  /** Ends the search for a way; undefined while none is searched for. */
  #search: AbortController | undefined;
  /** All that came from this machine; undefined once it cannot be sent again. */
  #held: Buffer[] | undefined = [];
  #heldBytes = 0;
  /** Since the way was opened, and since the last answer. */
  #sentBytes = 0;
  #unansweredBytes = 0;
  #attempts = 0;
  /** Until when a pod must be reached, by `performance.now()`; undefined while nobody waits for one. */
  #deadline: number | undefined;
  #patience: NodeJS.Timeout | undefined;
  #halfOpen: NodeJS.Timeout | undefined;
  #localEnded = false;
  /** Nothing more is passed on; what was passed on may still leave. */
  #over = false;

  constructor(socket: Socket, options: RelayOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.unref();
    socket.on("data", (bytes: Buffer) => this.#fromHere(bytes));
    socket.on("end", () => this.#endOfHere());
    socket.on("drain", () => this.#way?.resume());
    // What the error is does not matter: the connection is closed.
    socket.on("error", () => undefined);
    socket.on("close", () => this.#closed());
    this.#find();
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#socket.destroy();
  }

  #find(): void {
    const search = new AbortController();
    this.#search = search;
    this.#deadline ??= performance.now() + this.#options.patienceMs;
    this.#patience = setTimeout(() => this.#cut(), this.#deadline - performance.now()).unref();
    this.#options.open(search.signal, this.#attempts++).then(
      (way) => {
        if (search.signal.aborted) way.destroy();
        else this.#use(way);
      },
      () => {
        if (!search.signal.aborted) this.#cut();
      },
    );
  }

  #use(way: Way): void {
    clearTimeout(this.#patience);
    this.#search = undefined;
    this.#way = way;
    this.#sentBytes = 0;
    way.listen({
      data: (bytes) => this.#fromPod(way, bytes),
      ended: (error) => this.#lost(way, error),
    });
    // It may have been at its end already.
    if (this.#way !== way) return;
    for (const bytes of this.#held ?? []) this.#send(way, bytes);
    if (this.#heldBytes > HELD_BYTES) this.#held = undefined;
    this.#socket.resume();
    if (this.#localEnded) this.#awaitRest(way);
  }

  #fromHere(bytes: Buffer): void {
    if (this.#over) return;
    this.#held?.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#way !== undefined) {
      this.#send(this.#way, bytes);
      if (this.#heldBytes > HELD_BYTES) this.#held = undefined;
      return;
    }
    if (this.#heldBytes > HELD_BYTES) this.#socket.pause();
    if (this.#search === undefined) this.#find();
  }

  #send(way: Way, bytes: Buffer): void {
    this.#sentBytes += bytes.length;
    this.#unansweredBytes += bytes.length;
    way.send(bytes, () => {
      if (this.#way === way && way.waitingBytes <= HIGH_BYTES) this.#socket.resume();
    });
    if (way.waitingBytes > HIGH_BYTES) this.#socket.pause();
  }

  #fromPod(way: Way, bytes: Buffer): void {
    if (this.#way !== way) return;
    this.#held = undefined;
    this.#unansweredBytes = 0;
    this.#reached();
    this.#options.answered();
    if (this.#localEnded) this.#awaitRest(way);
    // What has come already is still told after the pause, message by message.
    if (!this.#socket.write(bytes)) way.pause();
  }

  /** This machine has said all. What it is still owed is waited for, as a pod cannot be told half an end. */
  #endOfHere(): void {
    this.#localEnded = true;
    if (this.#over) return;
    const way = this.#way;
    if (way !== undefined && this.#unansweredBytes > 0) this.#awaitRest(way);
    // Without a way, what came is still to find one.
    else if (way !== undefined || this.#heldBytes === 0) this.#finish();
  }

  #awaitRest(way: Way): void {
    clearTimeout(this.#halfOpen);
    this.#halfOpen = setTimeout(() => {
      if (this.#way === way) this.#finish();
    }, HALF_OPEN_MS).unref();
  }

  #lost(way: Way, error: PortForwardError | undefined): void {
    if (this.#way !== way) return;
    this.#way = undefined;
    this.#options.ended(way, error, this.#unansweredBytes > 0);
    const neverArrived = this.#sentBytes === 0 || error?.code === "POD_REFUSED";
    if (this.#held !== undefined && neverArrived) {
      this.#unansweredBytes = 0;
      if (this.#heldBytes > 0) {
        this.#find();
        return;
      }
      // Nobody has said anything yet: another pod is looked for when somebody does.
      this.#reached();
      if (this.#localEnded) this.#finish();
      return;
    }
    if (error === undefined) this.#finish();
    else this.#cut();
  }

  /** Whoever looks for a pod after this has the whole patience again. */
  #reached(): void {
    this.#deadline = undefined;
    this.#attempts = 0;
  }

  /** Lets what was passed on leave, in both directions, and closes. What still comes from here is dropped. */
  #finish(): void {
    this.#over = true;
    this.#way?.close();
    this.#way = undefined;
    this.#socket.resume();
    this.#socket.end();
    clearTimeout(this.#halfOpen);
    this.#halfOpen = setTimeout(() => this.#socket.destroy(), CLOSE_MS).unref();
  }

  /** So that nobody takes what came for the whole. */
  #cut(): void {
    if (!this.#socket.destroyed) this.#socket.resetAndDestroy();
  }

  #closed(): void {
    clearTimeout(this.#patience);
    clearTimeout(this.#halfOpen);
    this.#search?.abort(new Error("The connection of this machine has ended."));
    this.#way?.destroy();
    this.#way = undefined;
    this.#options.closed();
  }
}
