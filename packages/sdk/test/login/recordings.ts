import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../../../../../shared/login-flows/", import.meta.url);

/** Whether the recordings lie beside the repository: without them there is nothing to replay. */
export const haveRecordings = existsSync(fileURLToPath(folder));

type Query = Readonly<Record<string, string>>;

export interface RecordedField {
  readonly tag: string;
  readonly name: string | null;
  readonly type: string | null;
  readonly value: string | null;
}

export interface RecordedForm {
  readonly method: string;
  readonly action: { readonly path: string; readonly query: Query } | null;
  readonly fields: readonly RecordedField[];
}

/** One exchange, as it was recorded. Secret values are cut to their beginning and length: `r3eicirr...(25)`. */
export interface RecordedStep {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: Query;
    readonly cookies: readonly string[];
    readonly form?: readonly string[];
  };
  readonly status: number;
  readonly content_type: string | null;
  readonly body?: string;
  readonly location?: { readonly path: string; readonly query?: Query };
  readonly set_cookie?: readonly {
    readonly name: string;
    readonly value_bytes: number;
    readonly cleared: boolean;
    readonly attributes: readonly string[];
  }[];
  readonly page?: {
    readonly title?: string;
    readonly text?: string;
    readonly error_text?: string;
    readonly forms: readonly RecordedForm[];
    readonly links: readonly { readonly path: string; readonly query?: Query }[];
  };
}

export type Scenarios = Readonly<Record<string, readonly RecordedStep[]>>;

/** The scenarios of one file; what is not a list of exchanges (times, sizes of cookies) is left out. */
export function scenariosOf(file: string): Scenarios {
  const { scenarios } = JSON.parse(readFileSync(new URL(`${file}.json`, folder), "utf8")) as {
    scenarios: Readonly<Record<string, unknown>>;
  };
  return Object.fromEntries(
    Object.entries(scenarios).filter(
      (entry): entry is [string, readonly RecordedStep[]] =>
        Array.isArray(entry[1]) && !entry[0].startsWith("_") && entry[1].some((step) => "request" in step),
    ),
  );
}
