import { runContents } from "@kfp-ts/api";
import type { Caller } from "../call/caller.ts";
import { contentOf } from "../call/content.ts";
import type { RequestOptions } from "../call/request-options.ts";
import { badArgument } from "../errors/bad-argument.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import { PageRequest } from "../list/page-request.ts";

/**
 * Which page of a list, where a list is not only iterated.
 *
 * @example
 * import { Client, type PageQuery } from "@kfp-ts/sdk";
 *
 * const query: PageQuery = { pageSize: 50 };
 * console.log((await new Client({ host: "http://localhost:3000" }).runs.tasks("some-id", query)).totalSize);
 */
export interface PageQuery {
  /** How many at most, 1 to 200. @default 20; 100 where the list is iterated */
  readonly pageSize?: number | undefined;
  /** Continues where the page that gave it ended. */
  readonly pageToken?: string | undefined;
}

/**
 * Which artifacts of a run.
 *
 * @example
 * import { type ArtifactQuery, Client } from "@kfp-ts/sdk";
 *
 * const metrics: ArtifactQuery = { type: "system.Metrics" };
 * const kfp = new Client({ host: "http://localhost:3000" });
 * for await (const { taskPath, metadata } of kfp.runs.artifacts("some-id", metrics)) console.log(taskPath, metadata);
 */
export interface ArtifactQuery extends PageQuery {
  /** Only those of this type: `system.Metrics`. */
  readonly type?: string | undefined;
}

/**
 * How to read a log.
 *
 * @example
 * import type { LogOptions } from "@kfp-ts/sdk";
 *
 * const firstAttempt: LogOptions = { attempt: 1 };
 * console.log(firstAttempt);
 */
export interface LogOptions extends RequestOptions {
  /** Goes on until the task has ended. @default false */
  readonly follow?: boolean | undefined;
  /** Which attempt, from 1. @default the last one */
  readonly attempt?: number | undefined;
}

/**
 * Which artifact of those of one name.
 *
 * @example
 * import type { ArtifactOptions } from "@kfp-ts/sdk";
 *
 * const second: ArtifactOptions = { index: 1 };
 * console.log(second);
 */
export interface ArtifactOptions extends RequestOptions {
  /** Its place in a list of artifacts, from 0. @default 0 */
  readonly index?: number | undefined;
}

const LONGEST_RECONNECT_DELAY_MS = 8_000;
const FIRST_RECONNECT_DELAY_MS = 250;
const MAX_RECONNECTS_WITHOUT_NEWS = 6;

/** A list that knows pages alone, without sorting and filters. */
export function pagesOf<T>(
  ask: (
    page: PageQuery,
    options: RequestOptions | undefined,
  ) => Promise<{
    readonly items: readonly T[];
    readonly totalSize?: number | undefined;
    readonly nextPageToken?: string | undefined;
  }>,
  first: PageQuery,
  options: RequestOptions | undefined,
): PageRequest<T> {
  return new PageRequest(
    async (pageToken, pageSize, given) => {
      const { items, totalSize = 0, nextPageToken } = await ask({ pageToken, pageSize }, given);
      return { items, totalSize, nextPageToken: nextPageToken || undefined };
    },
    first,
    options,
  );
}

/** The text of a log. One that is followed is asked for again where the connection breaks, and goes on where it was. */
export async function* logOf(
  caller: Caller,
  params: { readonly runId: string; readonly nodeId: string },
  { follow = false, attempt, ...options }: LogOptions,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let seen = 0;
  for (let breaks = 0; ; breaks += 1) {
    let skipped = 0;
    try {
      const query = { follow: follow || undefined, attempt };
      for await (const piece of contentOf(caller, runContents.readLog, { params, query }, options)) {
        const old = Math.min(seen - skipped, piece.byteLength);
        skipped += old;
        if (old === piece.byteLength) continue;
        seen += piece.byteLength - old;
        skipped = seen;
        breaks = 0;
        const text = decoder.decode(piece.subarray(old), { stream: true });
        if (text !== "") yield text;
      }
      const rest = decoder.decode();
      if (rest !== "") yield rest;
      return;
    } catch (error) {
      const mayPass = follow && seen > 0 && isKfpError(error) && error.transient;
      if (!mayPass || options.signal?.aborted || breaks >= MAX_RECONNECTS_WITHOUT_NEWS) throw error;
      const delayMs = Math.min(LONGEST_RECONNECT_DELAY_MS, FIRST_RECONNECT_DELAY_MS * 2 ** breaks);
      await caller.clock.sleep(delayMs, options.signal);
    }
  }
}

/** The content of an artifact: as it is where the server can give it so, else as upstream gives it. */
export async function* artifactOf(
  caller: Caller,
  params: { readonly runId: string; readonly nodeId: string; readonly artifactName: string },
  { index, ...options }: ArtifactOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (index !== undefined && (!Number.isInteger(index) || index < 0)) {
    throw badArgument(`runs.readArtifact: index is ${index}; it is a whole number from 0.`);
  }
  try {
    yield* contentOf(caller, runContents.downloadArtifact, { params, query: { index: index || undefined } }, options);
  } catch (error) {
    const isUpstream = isKfpError(error) && error.code === "UNSUPPORTED_BY_SERVER" && !index;
    if (!isUpstream) throw error;
    yield await readAtOnce(caller, params, options);
  }
}

async function readAtOnce(
  caller: Caller,
  params: Readonly<Record<string, string>>,
  options: RequestOptions,
): Promise<Uint8Array> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of contentOf(caller, runContents.readArtifact, { params, query: {} }, options)) {
    text += decoder.decode(piece, { stream: true });
  }
  const { data = "" } = JSON.parse(text) as { readonly data?: string };
  return Uint8Array.from(atob(data), (byte) => byte.charCodeAt(0));
}
