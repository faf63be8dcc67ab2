import { RunnerError } from "../errors/runner-error.ts";
import type { Artifact } from "../values/values.ts";
import type { S3ClientOptions } from "./s3-client.ts";
import { s3Store } from "./s3-store.ts";

/** A kind of storage for artifacts, by the scheme of their URIs. */
export interface ArtifactStore {
  /**
   * Brings what stands at a URI to a path of this machine: a file, or a folder with all that is below it.
   *
   * @throws RunnerError (ARTIFACT_UNAVAILABLE)
   */
  download(uri: string, path: string, signal: AbortSignal): Promise<void>;
  /** Brings a file or folder to a URI. @throws RunnerError (ARTIFACT_UNAVAILABLE) */
  upload(path: string, uri: string, signal: AbortSignal): Promise<void>;
  /**
   * What changes whenever the content at a URI does; undefined where there is nothing.
   *
   * @throws RunnerError (ARTIFACT_UNAVAILABLE)
   */
  fingerprint(uri: string, signal: AbortSignal): Promise<string | undefined>;
}

/** The storages that there are. What is a path of this machine needs none. */
export interface ArtifactStores {
  /** @returns undefined for what is a path of this machine. @throws RunnerError (ARTIFACT_UNAVAILABLE) for no scheme of ours. */
  storeOf(uri: string): ArtifactStore | undefined;
  /** Whether what stands at a URI can be read and written: a path of this machine, or a scheme of ours. */
  reaches(uri: string): boolean;
  /** What can be read and written, in words. */
  readonly known: readonly string[];
}

/** Whether an artifact is a file or folder of this machine. */
export function isLocal(uri: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\//i.test(uri) || uri.startsWith("file://");
}

/** The storages by their schemes. */
export function artifactStores(byScheme: Readonly<Record<string, ArtifactStore>>): ArtifactStores {
  const schemeOf = (uri: string) => uri.slice(0, uri.indexOf(":")).toLowerCase();
  const known = [...Object.keys(byScheme).map((name) => `${name}://`), "paths of this machine"];
  return {
    known,
    reaches: (uri) => isLocal(uri) || Object.hasOwn(byScheme, schemeOf(uri)),
    storeOf(uri) {
      if (isLocal(uri)) return undefined;
      const scheme = schemeOf(uri);
      const store = Object.hasOwn(byScheme, scheme) ? byScheme[scheme] : undefined;
      if (store !== undefined) return store;
      throw new RunnerError(
        "ARTIFACT_UNAVAILABLE",
        `${uri} cannot be read or written here: there are ${known.join(", ")}`,
      );
    },
  };
}

/**
 * The storages of a runner.
 *
 * @param s3 - How S3 is reached; undefined where there is none. Of `minio://`, only an endpoint says where it is.
 */
export function storesFor(s3: S3ClientOptions | undefined): ArtifactStores {
  if (s3 === undefined) return artifactStores({});
  const store = s3Store(s3);
  return artifactStores(s3.endpoint === undefined ? { s3: store } : { s3: store, minio: store });
}

/** An artifact as a message names it. */
export function named({ name, uri }: Artifact): string {
  return `artifact ${name} (${uri})`;
}
