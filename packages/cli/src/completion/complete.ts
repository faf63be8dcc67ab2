import type { Io } from "../io.ts";
import { printable, shortened } from "../output/printable.ts";
import { type Candidate, candidatesFor, type Known } from "./candidates.ts";

/** How much of what a word is fits beside it. */
const ABOUT_COLUMNS = 72;

/**
 * `kfp-ts __complete WORD…`, which no help shows: answers the script of a shell. The first line says what could stand there (`words`, `files`, `folders`), and of words
 * each following one has one, behind a tab what it is. No server is asked, and nothing is a failure: whoever presses a key
 * wants no error.
 */
export async function complete(
  words: readonly string[],
  table: Pick<Known, "groups" | "commands">,
  io: Io,
): Promise<void> {
  const found = await candidatesFor(words, {
    ...table,
    contexts: () => contextsOf(io).catch(() => []),
    errorCodes,
  });
  const lines = found.kind === "words" ? found.words.map(lineOf) : [];
  io.stdout.write([found.kind, ...lines].map((line) => `${line}\n`).join(""));
}

function lineOf({ word, about }: Candidate): string {
  const [sentence = ""] = about.split(/(?<=[.:;]) |\n/);
  return `${printable(word)}\t${shortened(printable(sentence.replace(/[.:;]$/, "")), ABOUT_COLUMNS)}`;
}

async function contextsOf({ env }: Io): Promise<Candidate[]> {
  const { loadConfig } = await import("@kfp-ts/sdk/contexts");
  const { current, contexts } = await loadConfig(env);
  return [...contexts].map(([name, { endpoint }]) => ({
    word: name,
    about: `${endpoint}${name === current ? " (the current one)" : ""}`,
  }));
}

async function errorCodes(): Promise<Candidate[]> {
  const [{ errorCatalogue }, { runnerErrors }] = await Promise.all([import("@kfp-ts/sdk"), import("@kfp-ts/runner")]);
  return Object.entries({ ...errorCatalogue, ...runnerErrors }).map(([word, { title }]) => ({ word, about: title }));
}
