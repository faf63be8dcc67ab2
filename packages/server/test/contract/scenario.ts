import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** Where the recorded scenarios lie, when they are there: beside the repository. */
export const recordings = new URL("../../../../../shared/contract/", import.meta.url);

/** Whether the recordings are on this machine. */
export const recordingsPresent: boolean = existsSync(recordings);

/** One file of a multipart form. */
export interface RecordedPart {
  readonly field?: string;
  /** null: a part without a file name. */
  readonly filename?: string | null;
  /** A path from the folder of the recordings; or the content itself. */
  readonly file?: string;
  readonly text?: string;
  readonly base64?: string;
}

/** A request as it was sent to the real server. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly multipart?: RecordedPart;
}

/** What of a refusal is compared. */
export interface RefusalHint {
  readonly code?: number;
  readonly userMessage?: string;
  readonly message?: string;
  readonly errorMessage?: string;
  readonly text?: string;
  readonly headersPresent?: readonly string[];
}

/** One exchange of a scenario. */
export interface Step {
  readonly name: string;
  readonly request: RecordedRequest;
  readonly capture?: Readonly<Record<string, string>>;
  readonly delaySeconds?: number;
  readonly unordered?: readonly string[];
  readonly match?: RefusalHint;
  readonly response: { readonly status: number; readonly contentType?: string; readonly body?: unknown };
}

/** A story of exchanges that makes what it needs and cleans up. */
export interface Scenario {
  /** The file's name without its ending. */
  readonly name: string;
  readonly description: string;
  readonly steps: readonly Step[];
}

/** The scenarios of a folder of the recordings, by name. */
export function readScenarios(folder: "single" | "multi"): Scenario[] {
  const directory = new URL(`${folder}/`, recordings);
  const files = readdirSync(directory).filter((name) => name.endsWith(".json"));
  return files.sort().map((file) => {
    const recorded = JSON.parse(readFileSync(new URL(file, directory), "utf8")) as Omit<Scenario, "name">;
    return { ...recorded, name: basename(file, ".json") };
  });
}

/** A file that a scenario uploads. */
export function readFixture(path: string): Buffer {
  return readFileSync(new URL(path, recordings));
}
