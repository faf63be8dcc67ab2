import { mkdir, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { isLocal } from "../artifacts/artifact-stores.ts";
import { localPath } from "../artifacts/local-path.ts";
import type { Mount } from "../containers/container-runtime.ts";
import type { ReadyTask } from "../engine/engine.ts";
import { RunnerError } from "../errors/runner-error.ts";
import type { Artifact } from "../values/values.ts";
import { type AttemptFolder, folderName } from "./attempt-folder.ts";
import type { TaskExecutorOptions } from "./task-executor.ts";

/** The mark of artifacts that were brought into the folder which tasks share; components know it, too. */
export const IN_WORKSPACE = "_kfp_workspace";

/** A place for artifacts under its three names. */
interface Place {
  /** As it is written down. */
  readonly uri: string;
  /** As the component is told. */
  readonly given: string;
  /** The path under which the component sees it. */
  readonly seen: string;
  /** The path on this machine. */
  readonly host: string;
  readonly writable: boolean;
  readonly fetched: boolean;
  /** Whether it is in another place, where the component sees it already. */
  readonly within?: boolean;
}

/**
 * Where the artifacts of an attempt are for the component, and where for this machine.
 *
 * Components find the path of an artifact from its URI alone: `s3://b/k` is `/s3/b/k`. Where a task can be shown a folder
 * under another path, that is so. Else the component is told a path of this machine instead of the URI, and the URI is
 * put back into what it gives.
 */
export class ArtifactPlaces {
  /** Where its artifacts go, as the component is told. */
  readonly root: string;
  readonly #options: TaskExecutorOptions;
  readonly #places: readonly Place[];
  readonly #inputs: readonly Place[];
  readonly #own: Place;
  readonly #attempt: string;

  constructor(options: TaskExecutorOptions, ready: ReadyTask, folder: AttemptFolder) {
    this.#options = options;
    this.#attempt = folder.path;
    const { workspace, movesPaths } = options;
    this.#own = this.#place(rootOf(options, ready, folder), folder.artifacts, { writable: true, fetched: false });
    this.root = this.#own.given;
    const inputs = new Map<string, Place>();
    for (const artifact of Object.values(ready.inputs.artifacts).flat()) {
      if (!inputs.has(artifact.uri)) inputs.set(artifact.uri, this.#inputPlace(artifact, folder, inputs.size));
    }
    const shared = workspace && {
      uri: workspace.folder,
      given: workspace.path,
      seen: workspace.path,
      host: workspace.folder,
      writable: true,
      fetched: false,
    };
    // Programs like to write to /tmp, and what they write there may become an artifact.
    const temporary = movesPaths ? [this.#scratch(folder.temporary)] : [];
    this.#inputs = [...inputs.values()];
    this.#places = [...temporary, ...(shared ? [shared] : []), ...inputs.values(), this.#own];
  }

  /** What the task sees beside its folder. */
  get mounts(): readonly Mount[] {
    const mounted = this.#places.filter(({ within }) => !within);
    return mounted.map(({ seen, host, writable }) => ({ source: host, target: seen, writable }));
  }

  /**
   * The folders in which an artifact at a path of this machine may be, wherever links lead. Where tasks are kept apart,
   * these are what nobody changes once the task has ended; or the folder that tasks share, for what is said to be there.
   */
  folders(host: string): readonly string[] {
    const { workspace, movesPaths, tasksFolder } = this.#options;
    if (!movesPaths) return [tasksFolder, ...this.#places.map((place) => place.host)];
    if (workspace && isBelow(host, workspace.folder)) return [workspace.folder];
    return [this.#attempt, ...this.#inputs.filter(({ within }) => !within).map((place) => place.host)];
  }

  /**
   * Brings what it reads from elsewhere.
   *
   * @throws RunnerError (ARTIFACT_UNAVAILABLE), also for a path of this machine that is not the run's where tasks are
   *   kept apart: whoever wrote the pipeline could read with it what is not theirs.
   */
  async download(signal: AbortSignal): Promise<void> {
    for (const { uri, host, fetched, within = false } of this.#places) {
      if (!fetched) {
        if (this.#options.movesPaths && !within) await checkIsOfRun(host, this.#options.tasksFolder);
        continue;
      }
      await mkdir(dirname(host), { recursive: true, mode: 0o700 });
      await this.#options.artifacts.storeOf(uri)?.download(uri, host, signal);
    }
  }

  /** An input as the component is told. */
  given(artifact: Artifact): Artifact {
    const place = this.#places.find(({ uri }) => uri === artifact.uri);
    if (place === undefined || place.given === artifact.uri) return artifact;
    const { [IN_WORKSPACE]: _mark, ...metadata } = artifact.metadata;
    return { ...artifact, uri: place.given, metadata };
  }

  /**
   * The URI to write down for one that the component gave; undefined for a path of its own
   * that is none of this machine.
   */
  recorded(given: string): string | undefined {
    // Without its dots, so that what looks like being below a place is there.
    const uri = isLocal(given) && isAbsolute(localPath(given)) ? normalize(localPath(given)) : given;
    const place = this.#longest(uri, (one) => one.given);
    if (place !== undefined) return place.uri + uri.slice(place.given.length);
    return isLocal(uri) && this.#options.movesPaths ? undefined : uri;
  }

  /** Where on this machine is what the component sees at a path; undefined where it is nowhere. */
  host(path: string): string | undefined {
    const seen = normalize(path);
    const place = this.#longest(seen, (one) => one.seen);
    if (place !== undefined) return place.host + seen.slice(place.seen.length);
    return this.#options.movesPaths ? undefined : seen;
  }

  /** Whether a path of this machine is among what the task itself has written as its artifacts. */
  isOwn(host: string): boolean {
    return isBelow(host, this.#own.host);
  }

  /** Whether an artifact is in the folder that tasks share. */
  isShared(uri: string): boolean {
    const { workspace } = this.#options;
    return workspace !== undefined && isBelow(normalize(localPath(uri)), workspace.folder);
  }

  #longest(text: string, name: (place: Place) => string): Place | undefined {
    const found = this.#places.filter((place) => isBelow(text, name(place)));
    return found.sort((a, b) => name(b).length - name(a).length)[0];
  }

  #inputPlace(artifact: Artifact, folder: AttemptFolder, index: number): Place {
    const { uri, metadata } = artifact;
    const { workspace, artifacts } = this.#options;
    if (isLocal(uri)) {
      const shared = this.#inWorkspace(uri);
      return shared ?? this.#place(localPath(uri), localPath(uri), { uri, writable: false, fetched: false });
    }
    if (metadata[IN_WORKSPACE] === true && workspace !== undefined) {
      const way = join(".artifacts", localPath(uri));
      const place = this.#place(uri, join(workspace.folder, way), { writable: false, fetched: false });
      return { ...place, seen: join(workspace.path, way), within: true };
    }
    const host = join(folder.path, "inputs", String(index), basename(localPath(uri)) || "artifact");
    // What cannot be fetched is known before: its URI is all that the component gets.
    return this.#place(uri, host, { writable: false, fetched: artifacts.reaches(uri) });
  }

  /**
   * What is in the folder that tasks share is seen there, and not shown once more: while it is looked at where it leads,
   * another task can make it lead elsewhere.
   */
  #inWorkspace(uri: string): Place | undefined {
    const { workspace, movesPaths } = this.#options;
    if (!movesPaths || workspace === undefined || !this.isShared(uri)) return undefined;
    const host = normalize(localPath(uri));
    const seen = workspace.path + host.slice(workspace.folder.length);
    return { uri, given: seen, seen, host, writable: true, fetched: false, within: true };
  }

  #place(
    given: string,
    host: string,
    {
      uri = given,
      writable,
      fetched,
    }: { readonly uri?: string; readonly writable: boolean; readonly fetched: boolean },
  ): Place {
    if (this.#options.movesPaths) return { uri, given, seen: localPath(given), host, writable, fetched };
    return { uri, given: host, seen: host, host, writable, fetched };
  }

  #scratch(host: string): Place {
    return { uri: host, given: "/tmp", seen: "/tmp", host, writable: true, fetched: false };
  }
}

/**
 * Checks that a path of this machine is in the folder of the run, whatever links are on the way.
 *
 * @throws RunnerError (ARTIFACT_UNAVAILABLE)
 */
export async function checkIsOfRun(path: string, tasksFolder: string): Promise<void> {
  const [target, run] = await Promise.all([realpath(path).catch(() => undefined), realpath(dirname(tasksFolder))]);
  // What is not there is not shown to anybody.
  if (target === undefined || isBelow(target, run)) return;
  throw new RunnerError(
    "ARTIFACT_UNAVAILABLE",
    `${path} is not in the folder of the run, and isolated tasks get nothing else of this machine: give a URI of a storage`,
  );
}

/** A place of its own for each attempt, as on a cluster: in its folder, or below the root of the run. */
function rootOf({ pipelineRoot, record }: TaskExecutorOptions, { path, attempt }: ReadyTask, folder: AttemptFolder) {
  if (isLocal(pipelineRoot)) return folder.artifacts;
  const [pipeline, ...parts] = [record.pipelineName, ...path.split("/")].map(folderName);
  return [pipelineRoot.replace(/\/+$/, ""), pipeline, record.runId, ...parts, attempt].join("/");
}

function isBelow(text: string, place: string): boolean {
  return text === place || text.startsWith(place.endsWith("/") ? place : `${place}/`);
}
