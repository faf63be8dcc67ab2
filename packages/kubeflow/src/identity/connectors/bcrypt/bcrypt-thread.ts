import { isMainThread, type MessagePort, parentPort, Worker, workerData } from "node:worker_threads";
import { ConnectorUnavailableError } from "../../password-connector.ts";

/** Marks the data of a thread that this file has started. */
const ROLE = "kfp-ts: compare passwords";

interface Question {
  readonly number: number;
  readonly password: string;
  readonly hash: string;
}

type Answer = { readonly number: number; readonly matches: boolean };

interface Asked {
  readonly resolve: (matches: boolean) => void;
  readonly reject: (error: Error) => void;
}

// The thread runs this very module, or the bundle that it is in: so there is no second file to build, publish and find.
if (!isMainThread && parentPort !== null && isOurs(workerData)) answerQuestions(parentPort);

/**
 * Compares passwords in a thread, because a hash takes a quarter of a second during which a server would do nothing else.
 * The thread starts with the first question, and again after it has died; while it has nothing to do, no process stays
 * for it.
 */
export class BcryptThread {
  readonly #asked = new Map<number, Asked>();
  #thread: Worker | undefined;
  #count = 0;

  /**
   * Whether a password is that of a hash.
   *
   * @throws ConnectorUnavailableError where the thread dies of it
   */
  readonly compare = async (password: string, hash: string): Promise<boolean> => {
    if (!canRunInThread()) return await compareHere(password, hash);
    this.#thread ??= this.#start();
    const thread = this.#thread;
    const question: Question = { number: ++this.#count, password, hash };
    return await new Promise<boolean>((resolve, reject) => {
      this.#asked.set(question.number, { resolve, reject });
      thread.ref();
      thread.postMessage(question);
    });
  };

  /** Ends the thread; what it has not answered fails. */
  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #start(): Worker {
    const thread = new Worker(new URL(import.meta.url), { workerData: { role: ROLE }, execArgv: [], env: {} });
    let why = "";
    thread.on("message", ({ number, matches }: Answer) => {
      this.#asked.get(number)?.resolve(matches);
      this.#asked.delete(number);
      if (this.#asked.size === 0) thread.unref();
    });
    thread.on("error", ({ message }: Error) => {
      why = `: ${message}`;
    });
    thread.on("exit", () => {
      this.#thread = undefined;
      const asked = [...this.#asked.values()];
      this.#asked.clear();
      const error = new ConnectorUnavailableError(`The thread that checks passwords has ended${why}.`);
      for (const { reject } of asked) reject(error);
    });
    return thread;
  }
}

/**
 * Whether this module can be run by a thread: in a bundle always, as TypeScript only where Node reads that (from 22.18).
 */
function canRunInThread(): boolean {
  const { typescript } = process.features as { readonly typescript?: string | false };
  return !import.meta.url.endsWith(".ts") || Boolean(typescript);
}

/** Where no thread can run: here, in pieces of a tenth of a second. */
async function compareHere(password: string, hash: string): Promise<boolean> {
  const { default: bcrypt } = await import("bcryptjs");
  return await bcrypt.compare(password, hash);
}

function isOurs(data: unknown): boolean {
  return typeof data === "object" && data !== null && "role" in data && data.role === ROLE;
}

function answerQuestions(port: MessagePort): void {
  const loaded = import("bcryptjs");
  port.on("message", async ({ number, password, hash }: Question) => {
    const { default: bcrypt } = await loaded;
    const answer: Answer = { number, matches: bcrypt.compareSync(password, hash) };
    port.postMessage(answer);
  });
}
