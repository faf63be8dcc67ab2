import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Interpreter } from "./python-worker.ts";

/** What is known of an interpreter that has what a component needs. */
export type KnownInterpreter = Interpreter & { readonly satisfied: true };

/** What is asked of it. */
export interface InterpreterQuestion {
  /** The program, as an absolute path. */
  readonly program: string;
  readonly executor: string;
  readonly requirements: readonly string[];
}

interface Note {
  readonly interpreter: KnownInterpreter;
  /** Files and folders, and when each was changed last. Whatever is installed or removed changes one of them. */
  readonly marks: Readonly<Record<string, number>>;
}

/**
 * Remembers what interpreters have, so that a run whose results are all known starts none. What is remembered holds as
 * long as nothing was changed where an interpreter looks for packages.
 *
 * @param folder - Where it is kept. Nothing is lost with it.
 */
export function knownInterpreters(folder: string) {
  const fileOf = (question: InterpreterQuestion): string =>
    join(folder, `${createHash("sha256").update(JSON.stringify(question)).digest("hex").slice(0, 32)}.json`);
  return {
    /** @returns undefined where nothing is known, or something has changed. */
    async recall(question: InterpreterQuestion): Promise<KnownInterpreter | undefined> {
      try {
        const { interpreter, marks } = JSON.parse(await readFile(fileOf(question), "utf8")) as Note;
        const now = await marksOf(Object.keys(marks));
        return Object.entries(marks).every(([path, time]) => now[path] === time) ? interpreter : undefined;
      } catch {
        // There is none, or nobody of us wrote it: the interpreter says it again.
        return undefined;
      }
    },
    async remember(question: InterpreterQuestion, interpreter: KnownInterpreter): Promise<void> {
      const file = fileOf(question);
      const draft = `${file}.${randomUUID()}`;
      try {
        const note: Note = { interpreter, marks: await marksOf(await watched(question.program, interpreter)) };
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(draft, JSON.stringify(note), { mode: 0o600 });
        await rename(draft, file);
      } catch {
        // It is of use without that: the interpreter is asked again the next time.
        await rm(draft, { force: true }).catch(() => {});
      }
    },
  };
}

async function watched(program: string, { searched }: KnownInterpreter): Promise<readonly string[]> {
  const settings = join(dirname(dirname(program)), "pyvenv.cfg");
  return [program, await realpath(program), settings, ...searched];
}

/** What is not there has a mark too: it may come to be there. */
async function marksOf(paths: readonly string[]): Promise<Record<string, number>> {
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return Object.fromEntries(paths.map((path, index) => [path, times[index] ?? 0]));
}
