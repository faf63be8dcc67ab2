import type { Agent, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import type { MessageConnection, MessageListener } from "../kubernetes.ts";
import { onAbort } from "../on-abort.ts";
import { TimedOut, type UpgradeAnswer } from "./answer.ts";

/** How a WebSocket is opened. */
export interface WebSocketRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Makes the connection below it. */
  readonly agent: Agent;
  readonly protocol: string;
  readonly signal: AbortSignal | undefined;
  /** Until it is open, in milliseconds. */
  readonly timeoutMs: number;
  /** After how much silence the other side is probed, in milliseconds: where nothing is sent, only this finds it gone. */
  readonly probeMs: number;
}

/** How long the other side may take to close what was closed here, in milliseconds. */
const CLOSE_MS = 2_000;
/** More than a kubelet puts into one message, which is 32 KB. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Opens a WebSocket. Fulfilled with it, or with an answer that refuses it; what ends the waiting is thrown as it is. */
export function openWebSocket(request: WebSocketRequest): Promise<UpgradeAnswer> {
  const { url, headers, agent, protocol, signal, timeoutMs, probeMs } = request;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [protocol], {
      // Node takes several values of a header, too.
      headers: headers as Record<string, string>,
      agent,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      finishRequest: (outgoing) => {
        outgoing.setSocketKeepAlive(true, probeMs);
        outgoing.end();
      },
    });
    const done = (): void => {
      clearTimeout(timer);
      forget?.();
    };
    const fail = (error: unknown): void => {
      done();
      reject(error);
      socket.terminate();
    };
    const timer = setTimeout(() => fail(new TimedOut()), timeoutMs);
    const forget = signal === undefined ? undefined : onAbort(signal, () => fail(signal.reason));
    let below: Socket | undefined;
    socket.once("upgrade", (response: IncomingMessage) => {
      below = response.socket;
    });
    // Also for what comes after the end of the waiting: an error that nobody hears would end the process.
    socket.on("error", fail);
    socket.once("unexpected-response", (_, message) => {
      done();
      resolve({ message, status: message.statusCode ?? 0 });
    });
    socket.once("open", () => {
      done();
      socket.off("error", fail);
      below?.unref();
      resolve({ connection: new WebSocketConnection(socket), status: 101 });
    });
  });
}

/** The other side has gone without a word. */
class ConnectionCut extends Error {
  readonly code = "ECONNRESET";
}

/** Closed on purpose: 1000 is the normal end, 1005 one without a reason. */
const closedOnPurpose = new Set([1000, 1005]);

class WebSocketConnection implements MessageConnection {
  readonly #socket: WebSocket;
  #error: Error | undefined;
  #ended = false;
  #listener: MessageListener | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.pause();
    socket.on("error", (error) => {
      this.#error = error;
    });
    socket.on("close", (code: number) => {
      if (!closedOnPurpose.has(code)) {
        this.#error ??= new ConnectionCut(`the connection was cut (WebSocket ${code})`);
      }
      this.#ended = true;
      this.#listener?.ended(this.#error);
    });
  }

  get waitingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Uint8Array, left: () => void = () => undefined): void {
    // Its error is told by the end of the connection.
    this.#socket.send(message, { binary: true }, left);
  }

  listen(listener: MessageListener): void {
    this.#listener = listener;
    if (this.#ended) {
      listener.ended(this.#error);
      return;
    }
    this.#socket.on("message", (message: Buffer) => listener.message(message));
    this.#socket.on("pong", () => listener.alive());
    this.#socket.resume();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  ping(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  close(): void {
    this.#socket.close(1000);
    const timer = setTimeout(() => this.#socket.terminate(), CLOSE_MS).unref();
    this.#socket.once("close", () => clearTimeout(timer));
  }

  destroy(): void {
    this.#socket.terminate();
  }
}
