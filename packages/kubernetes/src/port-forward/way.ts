import type { Kubernetes, MessageConnection } from "../kubernetes.ts";
import type { PodPort } from "./pod-port.ts";
import { PortForwardError } from "./port-forward-error.ts";

/** What the messages are made of: the first byte says to which channel they belong. */
const PROTOCOL = "v4.channel.k8s.io";
const DATA = 0;
const ERROR = 1;
/** Each channel begins with the number of the port, so that nobody takes one for another. */
const PORT_BYTES = 2;
/** More than anything that a kubelet has to say. */
const MAX_ERROR_BYTES = 4096;
/** What may lie in buffers on the way to a pod that does not read. */
const BUFFERED_BYTES = 256 * 1024;

/** Who is told what comes from a pod. */
export interface WayListener {
  data(bytes: Buffer): void;
  /** It has ended, and this is the last that is told. undefined: the pod has closed the connection. */
  ended(error: PortForwardError | undefined): void;
}

/** How a {@link Way} is opened. */
export interface OpenWayOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Called when the way has ended. */
  readonly over: () => void;
}

/** Opens a connection to a port of a pod. @throws KubernetesError where that is refused. */
export async function openWay(
  kubernetes: Kubernetes,
  pod: PodPort,
  { over, ...options }: OpenWayOptions,
): Promise<Way> {
  const path = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.pod)}/portforward`;
  const query = { ports: pod.port };
  return new Way(pod, await kubernetes.upgrade({ path, query, protocol: PROTOCOL, ...options }), over);
}

/** One connection to a port of a pod, through the Kubernetes API. */
export class Way {
  readonly pod: PodPort;
  readonly #connection: MessageConnection;
  readonly #portBytesLeft = [PORT_BYTES, PORT_BYTES];
  #listener: WayListener | undefined;
  /** What came before anybody listened. */
  readonly #early: Buffer[] = [];
  #paused = false;
  #said = "";
  #over: { readonly error: PortForwardError | undefined } | undefined;
  /** Since the last sign of life: how often one was asked for, and how many bytes were sent. */
  #silence = { asked: 0, sent: 0 };
  /** Since the pod said something: whether something was sent, and how often a sign of life was asked for after it. */
  #owed = { sent: false, asked: 0 };

  constructor(pod: PodPort, connection: MessageConnection, over: () => void = () => undefined) {
    this.pod = pod;
    this.#connection = connection;
    connection.listen({
      message: (message) => this.#take(message),
      alive: () => this.#lives(),
      ended: (error) => {
        this.#end(error);
        over();
      },
    });
  }

  /** What was sent and has not left this process, in bytes. */
  get waitingBytes(): number {
    return this.#connection.waitingBytes;
  }

  /** Whether it has ended. */
  get over(): boolean {
    return this.#over !== undefined;
  }

  send(bytes: Uint8Array, left?: () => void): void {
    const message = Buffer.allocUnsafe(bytes.length + 1);
    this.#silence.sent += bytes.length;
    this.#owed.sent = true;
    message[0] = DATA;
    message.set(bytes, 1);
    this.#connection.send(message, left);
  }

  /** Has what comes, and has come, given to a listener, who is the only one. */
  listen(listener: WayListener): void {
    this.#listener = listener;
    if (this.#early.length > 0) {
      for (const bytes of this.#early.splice(0)) listener.data(bytes);
      this.resume();
    }
    if (this.#over !== undefined) listener.ended(this.#over.error);
  }

  pause(): void {
    this.#paused = true;
    this.#connection.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#lives();
    this.#connection.resume();
  }

  /** Whether the pod has owed an answer for so long that it was probed meanwhile. */
  get overdue(): boolean {
    return this.#owed.asked > 1;
  }

  /**
   * Asks for a sign of life. One that was asked for several times and gave none is at its end: what stands in between may
   * forget a connection without a word.
   */
  probe(): void {
    // What is not read cannot be heard. And while a pod does not read what it is sent, its side does not hear us.
    if (this.#paused || this.over) return;
    const patience = this.#silence.sent > BUFFERED_BYTES ? 8 : 2;
    if (this.#silence.asked >= patience) {
      const fact = `Nothing comes any more from the pod ${this.pod.pod}: the connection to it was lost on the way.`;
      this.fail(new PortForwardError("WAY_LOST", fact));
      return;
    }
    this.#silence.asked += 1;
    if (this.#owed.sent) this.#owed.asked += 1;
    this.#connection.ping();
  }

  /** Ends it at once, with an error. */
  fail(error: PortForwardError): void {
    this.#finish(error);
    this.#connection.destroy();
  }

  /** Ends it after what was sent has left. */
  close(): void {
    this.#connection.close();
  }

  /** Ends it at once. */
  destroy(): void {
    this.#connection.destroy();
  }

  #lives(): void {
    this.#silence = { asked: 0, sent: 0 };
  }

  #take(message: Buffer): void {
    if (this.over) return;
    this.#lives();
    const channel = message[0];
    if (channel !== DATA && channel !== ERROR) return;
    const begin = Math.min(this.#portBytesLeft[channel] ?? 0, message.length - 1);
    this.#portBytesLeft[channel] = (this.#portBytesLeft[channel] ?? 0) - begin;
    const bytes = message.subarray(1 + begin);
    if (bytes.length === 0) return;
    if (channel === DATA) this.#owed = { sent: false, asked: 0 };
    if (channel === DATA) this.#give(bytes);
    else this.#said = (this.#said + bytes.toString("utf8")).slice(0, MAX_ERROR_BYTES);
    // The kubelet says one thing, and then closes. Nothing comes after it.
    if (channel === ERROR) {
      this.#finish(refusedByPod(this.pod, this.#said));
      this.#connection.close();
    }
  }

  #give(bytes: Buffer): void {
    if (this.#listener === undefined) {
      this.#early.push(bytes);
      this.pause();
    } else {
      this.#listener.data(bytes);
    }
  }

  #end(cause: Error | undefined): void {
    const fact = `The connection to the pod ${this.pod.pod} broke: ${cause?.message}`;
    this.#finish(cause === undefined ? undefined : new PortForwardError("WAY_LOST", fact, { cause }));
  }

  #finish(error: PortForwardError | undefined): void {
    if (this.#over !== undefined) return;
    this.#over = { error };
    this.#listener?.ended(error);
  }
}

/**
 * What runtimes say where no connection to the container came about, so that nothing can have arrived there. Whatever
 * else goes wrong, a connection may have been.
 */
const neverConnected = /connection refused|failed to dial|failed to connect to|no forward found/i;

function refusedByPod({ pod, port }: PodPort, said: string): PortForwardError {
  const words = said.trim().replaceAll(/\s+/g, " ");
  if (!neverConnected.test(words)) {
    return new PortForwardError("POD_BROKE_OFF", `The connection to port ${port} of the pod ${pod} broke: ${words}`);
  }
  return new PortForwardError("POD_REFUSED", `Port ${port} of the pod ${pod} cannot be reached: ${words}`);
}
