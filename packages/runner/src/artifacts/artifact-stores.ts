import { RunnerError } from "../errors/runner-error.ts";
import type { Artifact } from "../values/values.ts";

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
}

/** The storages that there are. What is a path of this machine needs none. */
export interface ArtifactStores {
  /** @returns undefined for what is a path of this machine. @throws RunnerError (ARTIFACT_UNAVAILABLE) for no scheme of ours. */
  storeOf(uri: string): ArtifactStore | undefined;
}

/** Whether an artifact is a file or folder of this machine. */
export function isLocal(uri: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\//i.test(uri) || uri.startsWith("file://");
}

/** The storages by their schemes. */
export function artifactStores(byScheme: Readonly<Record<string, ArtifactStore>>): ArtifactStores {
  return {
    storeOf(uri) {
      if (isLocal(uri)) return undefined;
      const scheme = uri.slice(0, uri.indexOf(":")).toLowerCase();
      const store = Object.hasOwn(byScheme, scheme) ? byScheme[scheme] : undefined;
      if (store !== undefined) return store;
      const known = [...Object.keys(byScheme).map((name) => `${name}://`), "paths of this machine"].join(", ");
      throw new RunnerError("ARTIFACT_UNAVAILABLE", `${uri} cannot be read or written here: there are ${known}`);
    },
  };
}

/** An artifact as a message names it. */
export function named({ name, uri }: Artifact): string {
  return `artifact ${name} (${uri})`;
}
