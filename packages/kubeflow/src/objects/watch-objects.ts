import type { KubeflowObject, ObjectFile, Place } from "./kubeflow-object.ts";
import { ObjectError, type ObjectProblem } from "./object-error.ts";
import { listFiles, readText, type SeenFile } from "./object-files.ts";
import { readObjects, repeated } from "./read-objects.ts";

/** What objects are watched with. */
export interface WatchObjectsOptions {
  /** Told of all objects of all files after every change that is good. */
  readonly onChange: (objects: ObjectFile) => void;
  /**
   * Told once of every change that is not, an ObjectError; until it is mended the objects before it stay. An error that is
   * none comes from a look that failed otherwise, and the following goes on.
   */
  readonly onProblem: (problem: Error) => void;
  /** How often files are looked at, in milliseconds. @default 1000 */
  readonly pollMs?: number | undefined;
}

/** Objects of files that are followed. */
export interface WatchedObjects {
  /** Those of the last good state; now and as they become. */
  readonly current: ObjectFile;
  /** Looks at the files now, and tells what has changed. */
  refresh(): Promise<void>;
  /** Ends the following; nothing is told any more. */
  close(): void;
}

/** A file as it was read: good, or what is wrong with it. */
type ReadFile = { readonly text: string } & ({ readonly content: ObjectFile } | { readonly problem: ObjectError });

/** What was seen at one look at the files. */
interface Look {
  /** Which files there were, and which versions of them. */
  readonly signature: string;
  /** Whether the files were read twice in this version. */
  readonly settled: boolean;
  readonly files: ReadonlyMap<string, ReadFile>;
  readonly outcome: { readonly merged: ObjectFile } | { readonly problem: ObjectError };
}

/**
 * Reads the objects of files, and of the `*.yaml`, `*.yml` and `*.json` directly in folders, and follows them: files
 * that are written, replaced, added and taken away, also by a change of the links that lead to them.
 *
 * Files are looked at every second rather than watched: the system's notices do not reach everywhere (network mounts,
 * links), and a look costs microseconds.
 *
 * @throws ObjectError where anything is wrong at the first reading.
 */
export async function watchObjects(paths: readonly string[], options: WatchObjectsOptions): Promise<WatchedObjects> {
  const first = await lookAt(paths);
  if ("problem" in first.outcome) throw first.outcome.problem;
  let last = first;
  let current = first.outcome.merged;
  let told: string | undefined;
  let closed = false;
  let looks = Promise.resolve();

  const look = async (): Promise<void> => {
    const next = await lookAt(paths, last);
    if (closed || next === last) return;
    const changed = !haveSameTexts(next, last);
    last = next;
    if ("problem" in next.outcome) {
      const { problem } = next.outcome;
      if (!changed && told === problem.message) return;
      told = problem.message;
      options.onProblem(problem);
    } else if (changed || told !== undefined) {
      told = undefined;
      current = next.outcome.merged;
      options.onChange(current);
    }
  };
  // One look after the other: of two at once the slower would bring back what the faster has replaced.
  const refresh = (): Promise<void> => {
    const mine = looks.then(look);
    looks = mine.catch(() => undefined);
    return mine;
  };

  let timer: NodeJS.Timeout | undefined;
  const poll = (): void => {
    timer = setTimeout(() => {
      void refresh()
        .catch(options.onProblem)
        .finally(() => {
          if (!closed) poll();
        });
    }, options.pollMs ?? 1000);
    timer.unref();
  };
  poll();

  return {
    get current() {
      return current;
    },
    refresh,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Reads what has changed since the last look, and puts it together; gives the last one where nothing has. */
async function lookAt(paths: readonly string[], last?: Look): Promise<Look> {
  try {
    const seen = await listFiles(paths);
    const signature = seen.map(({ path, version }) => `${path} ${version}`).join("\n");
    const unchanged = last?.signature === signature;
    // A file system may give two writes within milliseconds the same time: what has changed is read twice.
    if (unchanged && last.settled) return last;
    const files = await readAll(seen, last);
    return { signature, settled: unchanged, files, outcome: merge(files) };
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    return { signature: "", settled: false, files: new Map(), outcome: { problem: error } };
  }
}

async function readAll(seen: readonly SeenFile[], last: Look | undefined): Promise<ReadonlyMap<string, ReadFile>> {
  const files = new Map<string, ReadFile>();
  for (const { path } of seen) {
    const text = await readText(path);
    const before = last?.files.get(path);
    files.set(path, before?.text === text ? before : { text, ...readContent(text, path) });
  }
  return files;
}

function readContent(text: string, path: string): { content: ObjectFile } | { problem: ObjectError } {
  try {
    return { content: readObjects(text, path) };
  } catch (error) {
    if (error instanceof ObjectError) return { problem: error };
    throw error;
  }
}

function merge(files: ReadonlyMap<string, ReadFile>): Look["outcome"] {
  const problems: ObjectProblem[] = [];
  const places = new Map<KubeflowObject, Place>();
  const warnings: string[] = [];
  for (const file of files.values()) {
    if ("problem" in file) problems.push(...file.problem.problems);
    else {
      for (const [object, place] of file.content.places) places.set(object, place);
      warnings.push(...file.content.warnings);
    }
  }
  problems.push(...repeated(places));
  if (problems.length > 0) return { problem: new ObjectError(problems) };
  return { merged: { objects: [...places.keys()], places, warnings } };
}

function haveSameTexts(one: Look, other: Look): boolean {
  if (one.files.size !== other.files.size) return false;
  for (const [path, { text }] of one.files) if (other.files.get(path)?.text !== text) return false;
  return true;
}
