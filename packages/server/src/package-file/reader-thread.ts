import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { invalidArgument, type StatusCode, StatusError } from "@kfp-ts/api";
import { type Package, readPackageText } from "../services/packages.ts";

/** How much a thread may take to read one package. */
export interface ThreadLimits {
  /** In milliseconds. */
  readonly timeoutMs: number;
  /** Of JavaScript's memory, in MiB. */
  readonly memoryMiB: number;
}

/** An error with its causes, as it passes between threads: classes do not. */
interface PassedError {
  /** Of a StatusError. */
  readonly code?: StatusCode;
  readonly message: string;
  readonly cause?: PassedError;
}

type Outcome = { readonly read: Package } | { readonly error: PassedError };

/** Marks the data of a thread that this file has started. */
const ROLE = "kfp-ts: read a package";

// The thread runs this very module, or the bundle that it is in: so there is no second file to build, publish and find.
if (!isMainThread && isTask(workerData)) parentPort?.postMessage(outcomeOf(workerData.text));

/**
 * Whether this module can be run by a thread: in a bundle always, as TypeScript only where Node reads that (from 22.18).
 */
export function canRunInThread(): boolean {
  const { typescript } = process.features as { readonly typescript?: string | false };
  return !import.meta.url.endsWith(".ts") || Boolean(typescript);
}

/**
 * Does what readPackageText does, in a thread of its own.
 *
 * @throws StatusError INVALID_ARGUMENT, also where it takes more time or memory than it may.
 */
export function readPackageTextInThread(text: string, { timeoutMs, memoryMiB }: ThreadLimits): Promise<Package> {
  const thread = new Worker(new URL(import.meta.url), {
    workerData: { role: ROLE, text },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
  });
  // A server that stops does not wait for it.
  thread.unref();
  return new Promise<Package>((resolve, reject) => {
    const timer = setTimeout(() => reject(costly(`reading it takes longer than ${timeoutMs / 1000} s`)), timeoutMs);
    timer.unref();
    thread.once("message", (outcome: Outcome) => {
      if ("read" in outcome) resolve(outcome.read);
      else reject(errorOf(outcome.error));
    });
    thread.once("error", (error: NodeJS.ErrnoException) => {
      const outOfMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      reject(outOfMemory ? costly(`reading it takes more than ${memoryMiB} MiB of memory`) : error);
    });
    thread.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`the thread that reads a package ended with ${code} and said nothing`));
    });
  }).finally(() => thread.terminate());
}

function isTask(data: unknown): data is { readonly text: string } {
  return typeof data === "object" && data !== null && "role" in data && data.role === ROLE;
}

function outcomeOf(text: string): Outcome {
  try {
    return { read: readPackageText(text) };
  } catch (error) {
    return { error: passed(error) };
  }
}

function passed(error: unknown): PassedError {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    message: error.message,
    ...(error instanceof StatusError && { code: error.code }),
    ...(error.cause !== undefined && { cause: passed(error.cause) }),
  };
}

function errorOf({ code, message, cause }: PassedError): Error {
  const options = cause === undefined ? {} : { cause: errorOf(cause) };
  return code === undefined ? new Error(message, options) : new StatusError(code, message, options);
}

function costly(fact: string): StatusError {
  return invalidArgument(`failed to parse pipeline spec YAML: ${fact}; make the pipeline smaller, or send it as JSON`);
}
