import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { RunnerError } from "../errors/runner-error.ts";
import { emptyHash, encodedPath, encodedQuery, type S3Credentials, signedHeaders } from "./s3-signature.ts";

/** How S3 is reached. */
export interface S3ClientOptions {
  /** @default that of AWS in the region */
  readonly endpoint?: string | undefined;
  /** @default "us-east-1" */
  readonly region?: string | undefined;
  /** Asked before each request, so that they may change. */
  readonly credentials: () => Promise<S3Credentials>;
  readonly clock: { now(): number };
  /** How long to wait before the second try of a request, in milliseconds; twice as long before the third. @default 200 */
  readonly retryDelayMs?: number | undefined;
}

/** What is asked of a bucket. */
export interface S3Call {
  readonly method: "GET" | "PUT";
  readonly bucket: string;
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly open: () => Readable; readonly size: number; readonly hash: string };
  /** The URI that a message names. */
  readonly uri: string;
  readonly signal: AbortSignal;
}

/** How much of the answer to a request that failed is read. */
const MAX_ERROR_BYTES = 4096;
/** How long nothing may come, in milliseconds. */
const SILENCE_MS = 60_000;

/** How often a request is sent where nothing answers, or S3 says that it cannot at the moment. */
const TRIES = 3;

/** Sends requests to S3, or to what speaks like it. Redirects are not followed: a signature is for one host. */
export class S3Client {
  readonly #options: S3ClientOptions;
  readonly #endpoint: URL;
  readonly #region: string;

  /** @throws RunnerError (OPTION_INVALID) for an endpoint that is no URL. */
  constructor(options: S3ClientOptions) {
    this.#options = options;
    this.#region = options.region ?? "us-east-1";
    const endpoint = options.endpoint ?? `https://s3.${this.#region}.amazonaws.com`;
    const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
      throw new RunnerError("OPTION_INVALID", "the endpoint of S3 has to be an http:// or https:// URL without a user");
    }
    this.#endpoint = url;
  }

  /**
   * The answer, whose body is still to be read; undefined where there is no such object.
   *
   * @throws RunnerError (ARTIFACT_UNAVAILABLE), with what S3 said.
   */
  async send(call: S3Call): Promise<IncomingMessage | undefined> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#tried(call);
      } catch (error) {
        const { signal } = call;
        if (!(error instanceof PassingFailure)) throw error;
        if (tried === TRIES) throw error.failure;
        await setTimeout((this.#options.retryDelayMs ?? 200) * 2 ** (tried - 1), undefined, { signal });
      }
    }
  }

  async #tried(call: S3Call): Promise<IncomingMessage | undefined> {
    const answer = await this.#request(call).catch((error: unknown) => {
      if (call.signal.aborted || error instanceof RunnerError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      const fact = `${this.#endpoint.origin} cannot be reached (${code ?? message})`;
      throw new PassingFailure(unavailable(call, fact, error));
    });
    const { statusCode = 0 } = answer;
    if (statusCode >= 200 && statusCode < 300) return answer;
    const said = await beginningOf(answer).catch(() => "");
    const code = /<Code>([^<]{1,80})<\/Code>/.exec(said)?.[1];
    if (statusCode === 404 && code !== "NoSuchBucket" && call.method === "GET") return undefined;
    const remedy = remedies.get(code ?? "") ?? (statusCode >= 300 && statusCode < 400 ? otherRegion : undefined);
    const fact = `S3 answers ${statusCode}${code === undefined ? "" : ` ${code}`}`;
    const failure = unavailable(call, remedy === undefined ? fact : `${fact}: ${remedy}`);
    throw statusCode >= 500 || statusCode === 429 ? new PassingFailure(failure) : failure;
  }

  async #request({ method, bucket, key, query = {}, body, signal }: S3Call): Promise<IncomingMessage> {
    const { host, protocol, hostname, port, pathname } = this.#endpoint;
    const path = `${pathname.replace(/\/$/, "")}/${bucket}${key === "" ? "" : `/${key}`}`;
    const bodyHash = body?.hash ?? emptyHash;
    const headers = signedHeaders(
      { method, host, path, query, bodyHash },
      await this.#options.credentials(),
      this.#region,
      this.#options.clock.now(),
    );
    const asked = encodedQuery(query);
    // TLS is loaded by whoever needs it: most runs need no storage elsewhere.
    const { request: send } = protocol === "https:" ? await import("node:https") : await import("node:http");
    return await new Promise((resolve, reject) => {
      const request = send(
        {
          method,
          hostname: hostname.replace(/^\[|\]$/g, ""),
          port,
          path: encodedPath(path) + (asked === "" ? "" : `?${asked}`),
          headers: { ...headers, ...(method === "PUT" ? { "content-length": body?.size ?? 0 } : {}) },
          signal,
          timeout: SILENCE_MS,
        },
        resolve,
      );
      request.on("timeout", () => request.destroy(new Error(`it was silent for ${SILENCE_MS / 1000} seconds`)));
      request.on("error", reject);
      if (body === undefined) request.end();
      else pipeline(body.open(), request).catch(reject);
    });
  }
}

const otherRegion = "the bucket is in another region, or has another endpoint: say which";
/** What the answers mean for whoever has set up the storage. */
const remedies: ReadonlyMap<string, string> = new Map([
  ["SignatureDoesNotMatch", "the secret is not that of the key"],
  ["InvalidAccessKeyId", "there is no such key"],
  ["ExpiredToken", "the session of the key has ended"],
  ["AccessDenied", "the key has no right to it"],
  ["NoSuchBucket", "there is no such bucket"],
  ["RequestTimeTooSkewed", "the clock of this machine is wrong"],
  ["PermanentRedirect", otherRegion],
  ["TemporaryRedirect", otherRegion],
  ["AuthorizationHeaderMalformed", otherRegion],
]);

/** One that may be over at the next try. */
class PassingFailure extends Error {
  readonly failure: RunnerError;

  constructor(failure: RunnerError) {
    super(failure.message);
    this.failure = failure;
  }
}

/** An error that names the URI and the fact. */
export function unavailable(
  { uri, method }: Pick<S3Call, "uri" | "method">,
  fact: string,
  cause?: unknown,
): RunnerError {
  const verb = method === "PUT" ? "written" : "read";
  return new RunnerError("ARTIFACT_UNAVAILABLE", `${uri} cannot be ${verb}: ${fact}`, { cause });
}

async function beginningOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > MAX_ERROR_BYTES) break;
  }
  return Buffer.concat(parts).toString("utf8", 0, MAX_ERROR_BYTES);
}
