import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { RunnerError } from "../errors/runner-error.ts";
import { storeFailure } from "../events/event-log.ts";
import { type S3Client, unavailable } from "./s3-client.ts";

/** Which object, and the URI that a message names. */
export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  readonly uri: string;
}

/** How often an object is asked for whose answer breaks off. */
const TRIES = 3;

/**
 * Brings an object to a file. It is there whole or not at all: what breaks off is begun again, and is never left in place of
 * the whole.
 *
 * @throws RunnerError ARTIFACT_UNAVAILABLE, STORE_FAILED
 */
export async function downloadObject(
  client: S3Client,
  object: S3Object,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    for (let tried = 1; !(await downloaded(client, object, draft, signal)); tried += 1) {
      if (tried === TRIES) throw unavailable({ uri: object.uri, method: "GET" }, "it was broken off");
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** @returns whether all of it came. */
async function downloaded(
  client: S3Client,
  { bucket, key, uri }: S3Object,
  file: string,
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await client.send({ method: "GET", bucket, key, uri, signal });
  if (answer === undefined) throw new RunnerError("ARTIFACT_UNAVAILABLE", `${uri} changed while it was read`);
  try {
    await pipeline(answer, createWriteStream(file, { mode: 0o600 }), { signal });
    return true;
  } catch (error) {
    if (signal.aborted) throw error;
    if (answer.errored !== null) return false;
    throw storeFailure(file, error);
  }
}
